// expect: rcim: role Update: accumulated_rows goes inside a digital master, not around it
#include <rcim/update/accumulated_rows.hpp>
#include <rcim/update/digital_master.hpp>

using namespace rcim;

int main() {
#ifdef TWIN
    const digital_master<accumulated_rows<sgd>> rule{};
#else
    const accumulated_rows<digital_master<sgd>> rule{};
#endif
    return words_per_weight(rule) > 0 ? 0 : 1;
}
