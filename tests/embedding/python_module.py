"""The Python module of the prebuilt designs: what it computes, whose memory arrays are in, and what it refuses."""
import gc
import os
import signal
import tempfile
import threading
import time
import unittest

import numpy as np

import rcim_designs as rcim


def resident_kib():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def peak_kib():
    with open("/proc/self/status") as file:
        return int(file.read().split("VmHWM:")[1].split()[0])


def draws(*shape, seed=1):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def healthy():
    """16-bit weights of unit 2^-12 over eight 2-bit cells in each of two arrays, none of them stuck."""
    return rcim.designs["faulty"].replace({"faults.p_stuck_hrs": 0.0, "faults.p_stuck_lrs": 0.0})


class numbers(unittest.TestCase):
    def test_dense_layers_are_products(self):
        net = rcim.Network(rcim.designs["ideal"], input=(20,), seed=5).dense(30).relu().dense(7)
        x = draws(37, 20)
        (w0, w1), (b0, b1) = net.weights(), net.digital()
        expected = np.maximum(x @ w0.T + b0, 0) @ w1.T + b1
        np.testing.assert_allclose(net.forward(x), expected, atol=1e-5)
        b1[:] = [1, 2, 3, 4, 5, 6, 7]
        np.testing.assert_allclose(net.forward(x), np.maximum(x @ w0.T + b0, 0) @ w1.T + np.arange(1, 8), atol=1e-5)

    def test_convolutions_are_convolutions(self):
        net = rcim.Network(healthy(), input=(2, 6, 5), seed=5).conv2d(3, 3, padding=1, stride=2)
        x = draws(4, 2, 6, 5)
        w = net.weights()[0].reshape(3, 2, 3, 3)
        padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
        expected = np.empty((4, 3, 3, 3), np.float32)
        for r in range(3):
            for c in range(3):
                window = padded[:, :, 2 * r : 2 * r + 3, 2 * c : 2 * c + 3]
                expected[:, :, r, c] = np.einsum("nihw,oihw->no", window, w) + net.digital()[0]
        np.testing.assert_allclose(net.forward(x), expected, atol=1e-5)

    def test_training_learns_whatever_the_threads(self):
        data = rcim.procedural_digits(train=2000, test=300, seed=2)
        outputs = []
        for threads in (1, 2):
            net = rcim.Network.lenet5(rcim.designs["clipped"], seed=7, threads=threads)
            record = net.fit(data, epochs=2, progress=False)
            self.assertGreater(record["test_accuracy"], 0.3)  # chance is 0.1
            judged = net.evaluate(data)
            self.assertEqual(judged["accuracy"], record["test_accuracy"])
            self.assertAlmostEqual(judged["loss"], record["epochs"][-1]["test_loss"], places=12)
            outputs.append(net.forward(np.zeros((3, 1, 28, 28), np.float32)))
        self.assertTrue((outputs[0] == outputs[1]).all())

    def test_every_prebuilt_design_trains_and_has_costs(self):
        data = rcim.procedural_digits(train=64, test=64)
        for name, design in rcim.designs.items():
            with self.subTest(name):
                net = rcim.Network.lenet5(design, seed=1)
                record = net.fit(data, batch=32, progress=False)
                self.assertTrue(np.isfinite(record["epochs"][0]["loss"]))
                self.assertEqual(net.events["images"], 64)
                if name != "ideal":
                    self.assertGreater(net.costs("isaac")["joules"], 0)
                self.assertIn(str(design), repr(design))
                self.assertGreater(design.fields["update." + ("inner." if "clipped" in str(design) else "") + "learning_rate"], 0)

    def test_networks_of_the_papers(self):
        x = draws(2, 3, 32, 32)
        self.assertEqual(rcim.Network.vgg8(rcim.designs["ideal"]).forward(x).shape, (2, 10))
        self.assertEqual(rcim.Network.resnet(rcim.designs["clipped"], 8, classes=5).forward(x).shape, (2, 5))
        with self.assertRaisesRegex(rcim.Error, "6n"):
            rcim.Network.resnet(rcim.designs["ideal"], 9)

    def test_layers_may_be_of_several_designs(self):
        net = rcim.Network(rcim.designs["ideal"], input=(1, 8, 8), seed=1)
        net.conv2d(4, 3).batch_norm().relu().max_pool(2).average_pool(3).dropout(0.5).dense(3, design=healthy())
        self.assertEqual(net.forward(draws(5, 64)).shape, (5, 3))
        self.assertEqual(net.faults()[1].tolist(), [[1, 0, 0, 0], [1, 0, 0, 1]])
        self.assertIn("bit_sliced", str(net))

    def test_fields_are_replaced_without_compiling(self):
        design = rcim.designs["clipped"]
        self.assertEqual((design.fields["geometry.rows"], design.fields["faults.p_stuck_hrs"]), (128, 0.0904))
        other = design.replace({"faults.p_stuck_hrs": 0.25, "update.inner.momentum": 0, "update.inner.learning_rate": 0.125})
        self.assertEqual((other.fields["faults.p_stuck_hrs"], other.fields["update.inner.learning_rate"]), (0.25, 0.125))
        self.assertIn(".p_stuck_hrs = 0.25", str(other))
        self.assertNotIn("0.25", str(design))
        census = rcim.Network.lenet5(other.replace({"faults.p_stuck_lrs": 0.0}), seed=1).census
        self.assertAlmostEqual(census["stuck"] / census["cells"], 0.25, places=2)
        for bad in ({"faults.p_stuck_hrs": 1.5}, {"faults.p": 0.1}, {"geometry.rows": 64}, {"map.map": 1}, {"geometry.rows": 0.5}):
            with self.assertRaises(rcim.Error):
                design.replace(bad)

    def test_export(self):
        with tempfile.TemporaryDirectory() as folder:
            net = rcim.Network(healthy(), input=(5,)).dense(3)
            net.export_npy(folder)
            w = np.load(os.path.join(folder, "00.effective_weight.npy"))
            self.assertTrue((w == net.weights()[0]).all())


class faults(unittest.TestCase):
    def test_faults_come_back_as_they_were_set(self):
        net = rcim.Network.lenet5(healthy(), seed=3)
        levels, places = net.faults()
        self.assertEqual((levels.dtype, places.dtype), (np.int32, np.uint32))
        self.assertTrue((levels == -1).all())
        before = [w.copy() for w in net.weights()]
        self.assertEqual(net.census["stuck"], 0)
        net.set_faults(levels, places)
        for old, new in zip(before, net.weights()):
            self.assertTrue((old == new).all())

        # One cell in the corner of every crossbar, which holds a weight whatever the layer.
        levels[:, 0, 0] = 2
        net.set_faults(levels)
        self.assertEqual(net.census["stuck"], len(levels))
        self.assertTrue((net.faults()[0] == levels).all())
        digital = rcim.Network.lenet5(healthy(), seed=3).digital()
        for old, new in zip(digital, net.digital()):
            self.assertTrue((old == new).all())

    def test_a_stuck_cell_is_worth_its_level(self):
        net = rcim.Network(healthy(), input=(9,), seed=3).dense(4)
        net.program(0, np.zeros((4, 9), np.float32))
        for array, sign in ((0, 1), (1, -1)):
            for slice_ in (0, 3, 7):
                levels = np.full((2, 128, 128), -1, np.int32)
                levels[array, 5, 2 * 8 + slice_] = 3
                net.set_faults(levels)
                expected = np.zeros((4, 9))
                expected[2, 5] = sign * 3 * 4.0**slice_ / 4096
                np.testing.assert_array_equal(net.weights()[0], expected)
                net.set_faults(np.full((2, 128, 128), -1, np.int32))
                net.program(0, np.zeros((4, 9), np.float32))

    def test_a_network_learns_on_after_its_chip_has_changed(self):
        data = rcim.procedural_digits(train=640, test=100)
        net = rcim.Network.lenet5(rcim.designs["clipped"].replace({"faults.p_stuck_hrs": 0.0, "faults.p_stuck_lrs": 0.0}), seed=3)
        net.fit(data, progress=False)
        levels, places = net.faults()
        levels[np.random.default_rng(1).random(levels.shape) < 0.05] = 0
        net.set_faults(levels, places)
        loss = net.fit(data, epochs=2, first_epoch=1, progress=False)["epochs"][0]["loss"]
        self.assertTrue(np.isfinite(loss))
        used = net.faults()[0]
        self.assertTrue((used[used != -1] == 0).all())

    def test_unsound_maps_are_refused_and_change_nothing(self):
        net = rcim.Network(healthy(), input=(9,), seed=3).dense(4)
        levels, places = net.faults()
        before = net.weights()[0].copy()
        with self.assertRaisesRegex(TypeError, "set_faults: levels: expected a NumPy array of int32, found one of int64"):
            net.set_faults(levels.astype(np.int64))
        with self.assertRaisesRegex(ValueError, "C-contiguous"):
            net.set_faults(levels[:, :, ::2])
        with self.assertRaisesRegex(ValueError, "places"):
            net.set_faults(levels[:1], places)
        with self.assertRaisesRegex(rcim.Error, "imported.*a crossbar for layer 0"):
            net.set_faults(levels[:1], places[:1])
        with self.assertRaisesRegex(rcim.Error, "two"):
            net.set_faults(levels, np.zeros_like(places))
        levels[0, 3, 4] = 9
        with self.assertRaisesRegex(rcim.Error, "row 3, column 4.*found 9"):
            net.set_faults(levels, places)
        with self.assertRaisesRegex(rcim.Error, "bit_sliced"):
            rcim.Network(rcim.designs["ideal"], input=(9,)).dense(4).set_faults(levels, places)
        self.assertTrue((net.weights()[0] == before).all())
        self.assertEqual(net.census["stuck"], 0)


class memory(unittest.TestCase):
    def test_weights_are_views(self):
        net = rcim.Network(healthy(), input=(20,), seed=5).dense(30)
        w = net.weights()[0]
        self.assertTrue(np.shares_memory(w, net.weights()[0]))
        self.assertEqual(w.__array_interface__["data"][0], net.weights()[0].__array_interface__["data"][0])
        self.assertFalse(w.flags.writeable or w.flags.owndata)
        self.assertEqual(w.strides, (32 * 4, 4))  # rows start on cache lines
        net.program(0, np.full((30, 20), 0.5, np.float32))
        self.assertTrue((w == 0.5).all())  # what was written is seen through the view
        self.assertTrue(np.shares_memory(net.digital()[0], net.digital()[0]))

    def test_views_outlive_networks_and_chips(self):
        net = rcim.Network(healthy(), input=(20,), seed=5).dense(30)
        w = net.weights()[0]
        copy = w.copy()
        net.set_faults(net.faults()[0])
        self.assertFalse(np.shares_memory(w, net.weights()[0]))
        del net
        gc.collect()
        filler = [np.ones((30, 32), np.float32) for _ in range(100)]
        self.assertTrue((w == copy).all())
        images = rcim.procedural_digits(train=10, test=10).train_images
        gc.collect()
        self.assertEqual((images.shape, images.dtype), ((10, 1, 28, 28), np.uint8))
        self.assertGreater(images.max(), 0)
        self.assertEqual(len(filler), 100)

    def test_outputs_own_their_memory_or_are_the_callers(self):
        net = rcim.Network(rcim.designs["ideal"], input=(20,), seed=5).dense(30)
        x = draws(5, 20)
        y = net.forward(x)
        self.assertIsNotNone(y.base)  # the capsule that frees it
        self.assertTrue(y.flags.writeable)
        out = np.empty((5, 30), np.float32)
        self.assertIs(net.forward(x, out=out), out)
        self.assertTrue((out == y).all())
        rows = np.empty((10, 30), np.float32)
        net.forward(x, out=rows[2:7])
        self.assertTrue((rows[2:7] == y).all())

    def test_inputs_are_read_where_they_lie(self):
        net = rcim.Network(rcim.designs["ideal"], input=(1 << 16,), seed=5).dense(1)
        x = np.ones((512, 1 << 16), np.float32)  # 128 MiB: a copy of it would be seen
        net.forward(x[:64])
        before = peak_kib()
        net.forward(x)
        self.assertLess(peak_kib() - before, 64 * 1024)

    def test_nothing_leaks(self):
        data = rcim.procedural_digits(train=16, test=16)
        net = rcim.Network.lenet5(rcim.designs["clipped"], seed=1, threads=1)
        x = draws(16, 1, 28, 28)
        levels, places = net.faults()

        def once(n):
            net.forward(x)
            net.weights()
            net.digital()
            data.train_images.sum()
            design = rcim.designs["clipped"].replace({"faults.p_stuck_hrs": 0.1})
            with self.assertRaises(TypeError):
                net.forward(x.astype(np.float64))
            if n % 10 == 0:
                net.faults()
            if n % 100 == 0:
                net.fit(data, progress=lambda event: None, evaluate=False)
                rcim.Network.lenet5(design, seed=n, threads=1)

        def grown(work, calls):
            for n in range(calls // 5):
                work(n)
            gc.collect()
            before = resident_kib()
            for n in range(calls):
                work(n)
            gc.collect()
            return resident_kib() - before

        calls = grown(once, 1000)
        chips = grown(lambda n: net.set_faults(levels, places), 25)
        print(f"resident memory: {calls:+} KiB by 1,000 calls, {chips:+} KiB by 25 chips of {levels.nbytes >> 10} KiB of levels alone")
        self.assertLess(calls, 1024)
        self.assertLess(chips, 24 * 1024)  # 25 networks that stay would be several times that


class refusals(unittest.TestCase):
    def setUp(self):
        self.net = rcim.Network(rcim.designs["ideal"], input=(2, 4, 4), seed=5).conv2d(3, 3)
        self.x = draws(6, 2, 4, 4)

    def test_arrays_that_do_not_suit(self):
        forward = self.net.forward
        with self.assertRaisesRegex(TypeError, "forward: x: expected a NumPy array of float32, found one of float64"):
            forward(self.x.astype(np.float64))
        with self.assertRaisesRegex(TypeError, "forward: x: expected a NumPy array of float32, found list"):
            forward([[1.0]])
        with self.assertRaisesRegex(TypeError, "expected a NumPy array of float32, found one of >f4"):
            forward(self.x.astype(">f4"))
        with self.assertRaisesRegex(ValueError, r"shape of x: expected \(n, 2, 4, 4\) or \(n, 32\), found \(6, 2, 4, 3\)"):
            forward(np.ascontiguousarray(self.x[:, :, :, :3]))
        with self.assertRaisesRegex(ValueError, "found \\(\\)"):
            forward(np.zeros((), np.float32))
        with self.assertRaisesRegex(ValueError, "C-contiguous memory.*strides"):
            forward(np.asfortranarray(self.x))
        with self.assertRaisesRegex(ValueError, "C-contiguous"):
            forward(draws(12, 2, 4, 4)[::2])
        unaligned = np.frombuffer(b"\0" + self.x.tobytes(), np.float32, count=64, offset=1).reshape(2, 32)
        with self.assertRaisesRegex(ValueError, "aligned"):
            forward(unaligned)
        self.x[4, 1, 2, 3] = np.nan
        with self.assertRaisesRegex(rcim.Error, "sample 4, feature 27: expected a finite number"):
            forward(self.x)
        self.assertTrue(issubclass(rcim.Error, ValueError))

    def test_outputs_that_do_not_suit(self):
        for out, error in ((np.empty((6, 3, 2, 2)), TypeError), (np.empty((6, 3, 2, 3), np.float32), ValueError),
                           (np.empty((6, 3, 2, 4), np.float32)[..., ::2], ValueError)):
            with self.assertRaises(error):
                self.net.forward(self.x, out=out)
        frozen = np.empty((6, 3, 2, 2), np.float32)
        frozen.flags.writeable = False
        with self.assertRaisesRegex(ValueError, "read-only"):
            self.net.forward(self.x, out=frozen)
        self.assertEqual(self.net.forward(np.empty((0, 32), np.float32)).shape, (0, 3, 2, 2))

    def test_weights_that_do_not_suit(self):
        w = self.net.weights()[0]
        with self.assertRaisesRegex(ValueError, "read-only"):
            w[0, 0] = 1
        wide = draws(3, 40)
        self.net.program(0, wide[:, 5:23])  # rows far apart are no copy
        self.assertTrue((w == wide[:, 5:23]).all())
        with self.assertRaisesRegex(ValueError, r"expected \(3, 18\), found \(3, 40\)"):
            self.net.program(0, wide)
        with self.assertRaisesRegex(ValueError, "side by side"):
            self.net.program(0, wide[:, ::2][:, :18])
        with self.assertRaisesRegex(ValueError, "expected 0 to 0, found 1"):
            self.net.program(1, wide)
        with self.assertRaisesRegex(rcim.Error, "finite"):
            self.net.program(0, np.full((3, 18), np.inf, np.float32))
        self.assertTrue((w == wide[:, 5:23]).all())

    def test_datasets(self):
        images = np.zeros((10, 28, 28), np.uint8)
        labels = np.arange(10)
        data = rcim.Dataset(images, labels, images, labels, name="blank")
        self.assertEqual((data.classes, data.shape, data.test_labels.tolist()), (10, (1, 28, 28), list(range(10))))
        with self.assertRaisesRegex(TypeError, "train_images: expected a NumPy array of uint8, found one of float32"):
            rcim.Dataset(images.astype(np.float32), labels, images, labels)
        with self.assertRaisesRegex(TypeError, "train_labels"):
            rcim.Dataset(images, labels.astype(np.float32), images, labels)
        with self.assertRaisesRegex(ValueError, r"test_labels\[3\]: expected 0 to 255, found -1"):
            rcim.Dataset(images, labels, images, np.where(labels == 3, -1, labels))
        with self.assertRaisesRegex(ValueError, "9 images"):
            rcim.Dataset(images, labels[:9], images, labels)
        with self.assertRaisesRegex(ValueError, "label 9"):
            rcim.Dataset(images, labels, images, labels, classes=9)
        with self.assertRaisesRegex(rcim.Error, "nowhere"):
            rcim.load_idx("nowhere")

    def test_trainings(self):
        net = rcim.Network.lenet5(rcim.designs["ideal"])
        data = rcim.procedural_digits(train=64, test=16)
        for bad in ({"epochs": -1}, {"batch": 0}, {"schedule": "linear"}):
            with self.assertRaises(rcim.Error):
                net.fit(data, progress=False, **bad)
        with self.assertRaises(TypeError):
            net.fit(data, progress=3)
        with self.assertRaisesRegex(rcim.Error, "3 x 32 x 32"):
            rcim.Network.vgg8(rcim.designs["ideal"]).fit(data, progress=False)
        with self.assertRaisesRegex(rcim.Error, "isaac"):
            net.costs("abacus")
        with self.assertRaisesRegex(rcim.Error, "1 to 1024"):
            net.threads = -2


class work(unittest.TestCase):
    def setUp(self):
        self.data = rcim.procedural_digits(train=1280, test=64)
        self.net = rcim.Network.lenet5(rcim.designs["clipped"], seed=1)

    def test_progress_sees_steps_and_epochs_and_can_end_them(self):
        seen = []
        self.net.fit(self.data, epochs=2, progress=seen.append)
        self.assertEqual([e["event"] for e in seen], (["step"] * 20 + ["epoch"]) * 2)
        self.assertEqual([e["step"] for e in seen[:20]], list(range(1, 21)))
        record = self.net.fit(self.data, epochs=3, progress=lambda e: e["event"] != "epoch")
        self.assertEqual((len(record["epochs"]), record["stopped"]), (1, "progress returned False"))

    def test_a_schedule_of_ones_own(self):
        asked = []
        record = self.net.fit(self.data, progress=False, schedule=lambda done, epochs: asked.append(done) or 0.5)
        self.assertEqual((len(asked), record["epochs"][0]["rate"]), (20, 0.5))

    def test_exceptions_of_callbacks_come_out_and_leave_a_sound_network(self):
        def fails(event):
            raise KeyError("mine")

        with self.assertRaisesRegex(KeyError, "mine"):
            self.net.fit(self.data, progress=fails)
        self.assertGreater(self.net.fit(self.data, progress=False)["test_accuracy"], 0)

    def test_callbacks_may_read_but_not_rebuild(self):
        def looks(event):
            self.assertEqual(self.net.forward(np.zeros((1, 784), np.float32)).shape, (1, 10))
            for change in (lambda: self.net.fit(self.data), lambda: self.net.set_faults(*self.net.faults()), lambda: self.net.relu(),
                           lambda: setattr(self.net, "threads", 1)):
                with self.assertRaisesRegex(rcim.Error, "inside of fit"):
                    change()

        self.net.fit(self.data, max_steps_per_epoch=2, progress=looks)

    def test_control_c_is_heard_between_steps(self):
        timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
        timer.start()
        with self.assertRaises(KeyboardInterrupt):
            self.net.fit(self.data, epochs=10000, progress=False)
        timer.join()
        self.assertGreater(self.net.evaluate(self.data)["images"], 0)

    def test_other_threads_go_on_and_wait_their_turn(self):
        working = threading.Event()
        results = []

        def train():
            self.net.fit(self.data, epochs=2, progress=lambda e: working.set())
            results.append("trained")

        trainer = threading.Thread(target=train)
        trainer.start()
        working.wait()
        ticks = 0
        until = time.monotonic() + 0.2
        while time.monotonic() < until:
            ticks += 1
        self.net.forward(np.zeros((1, 784), np.float32))  # after the training
        results.append("read")
        trainer.join()
        self.assertGreater(ticks, 100)
        self.assertEqual(results, ["trained", "read"])


if __name__ == "__main__":
    unittest.main(verbosity=1)
