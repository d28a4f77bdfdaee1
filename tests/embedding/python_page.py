"""Runs the Python blocks of a page, one after the other as one program: python_page.py PAGE."""
import os
import re
import sys
import tempfile

blocks = re.findall(r"^```python\n(.*?)^```$", open(sys.argv[1]).read(), re.MULTILINE | re.DOTALL)
if not blocks:
    sys.exit(f"{sys.argv[1]} has no Python block")
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    exec(compile("\n".join(blocks), sys.argv[1], "exec"), {"__name__": "__page__"})
print(f"{len(blocks)} blocks run")
