/* Uses a simulated crossbar from C, as a circuit or system simulator would: programs a matrix, reads vectors through the converters, asks for the
 * currents of a crossbar, injects faults, and is told about mistakes. Ends with status 1 where something is not as it should be. */
#include "rcim_c.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OUTPUTS = 60, INPUTS = 200, VECTORS = 32, ROWS = 128, COLS = 128 };

static int failures = 0;

static void check(int holds, const char* what) {
    if (!holds) {
        ++failures;
        printf("NOT SO: %s (%s)\n", what, rcim_last_error());
    }
}

static void need(rcim_status status) {
    if (status != RCIM_OK) {
        fprintf(stderr, "c_interface: status %d: %s\n", (int)status, rcim_last_error());
        exit(1);
    }
}

/* Uniform in [-1, 1). */
static float draw(uint64_t* state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (float)(*state >> 40) / (float)(1 << 23) - 1.0f;
}

/* Root mean square of what a read lacks of the exact product, in shares of that of the product. */
static double read_error(const rcim_crossbar* crossbar, const float* w, const float* x) {
    static float y[VECTORS * OUTPUTS];
    need(rcim_read(crossbar, x, VECTORS, y));
    double off = 0.0, all = 0.0;
    for (int v = 0; v < VECTORS; ++v) {
        for (int o = 0; o < OUTPUTS; ++o) {
            double exact = 0.0;
            for (int i = 0; i < INPUTS; ++i) {
                exact += (double)w[o * INPUTS + i] * (double)x[v * INPUTS + i];
            }
            off += pow((double)y[v * OUTPUTS + o] - exact, 2.0);
            all += exact * exact;
        }
    }
    return sqrt(off / all);
}

struct mistake {
    int32_t abi;
    char message[256];
};

/* A thousand refused calls; each thread keeps its own text. */
static void* make_mistakes(void* argument) {
    struct mistake* mine = argument;
    char found[16];
    snprintf(found, sizeof found, "found %d", (int)mine->abi);
    for (int n = 0; n < 1000; ++n) {
        rcim_crossbar* none;
        if (rcim_open(mine->abi, NULL, 1, 1, &none) != RCIM_BAD_ARGUMENT || strstr(rcim_last_error(), found) == NULL) {
            return argument;
        }
    }
    snprintf(mine->message, sizeof mine->message, "%s", rcim_last_error());
    return NULL;
}

static void mistakes(rcim_crossbar* crossbar, const float* x) {
    static float y[VECTORS * OUTPUTS];
    float bad[INPUTS];
    memcpy(bad, x, sizeof bad);
    bad[3] = NAN;
    check(rcim_read(crossbar, bad, 1, y) == RCIM_BAD_ARGUMENT && strstr(rcim_last_error(), "vector 0, input 3") != NULL, "NaN is refused");
    printf("refused: %s\n", rcim_last_error());
    check(rcim_read(crossbar, NULL, 1, y) == RCIM_BAD_ARGUMENT, "null is refused");
    check(rcim_read(NULL, x, 1, y) == RCIM_BAD_ARGUMENT, "no crossbar is refused");
    check(rcim_program(crossbar, x, 10) == RCIM_BAD_ARGUMENT, "a stride below the inputs is refused");

    const rcim_fault beyond = {{0, 0, 0}, 5, 4000, 1};
    check(rcim_stick(crossbar, &beyond, 1) == RCIM_BAD_ARGUMENT, "a fault outside of the crossbar is refused");
    printf("refused: %s\n", rcim_last_error());

    rcim_crossbar* none = crossbar;
    rcim_options options = rcim_default_options();
    options.adc_bits = 99;
    check(rcim_open(RCIM_C_ABI, &options, 10, 10, &none) == RCIM_BAD_ARGUMENT && none == NULL, "99 bits are refused");
    printf("refused: %s\n", rcim_last_error());
    options = rcim_default_options();
    options.size = 4;
    check(rcim_open(RCIM_C_ABI, &options, 10, 10, &none) == RCIM_BAD_ARGUMENT, "options of another size are refused");
    check(rcim_open(RCIM_C_ABI, NULL, SIZE_MAX, 2, &none) == RCIM_BAD_ARGUMENT && none == NULL, "what no memory holds is refused");

    struct mistake one = {1001, ""}, two = {2002, ""};
    pthread_t threads[2];
    void* results[2];
    pthread_create(&threads[0], NULL, make_mistakes, &one);
    pthread_create(&threads[1], NULL, make_mistakes, &two);
    pthread_join(threads[0], &results[0]);
    pthread_join(threads[1], &results[1]);
    check(results[0] == NULL && results[1] == NULL, "each thread has its own error text");
    printf("refused: %s\n", two.message);
}

int main(int argc, char** argv) {
    uint64_t seed = 1;
    for (int i = 1; i < argc; ++i) {
        if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
            seed = strtoull(argv[++i], NULL, 10);
        } else {
            const int help = strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0;
            fprintf(help ? stdout : stderr, "c_interface [--help] [--seed N]\n"
                                            "Programs a 60 x 200 matrix into simulated crossbars and reads it through converters, from C.\n");
            return help ? 0 : 2;
        }
    }
    if (rcim_c_abi() != RCIM_C_ABI) {
        fprintf(stderr, "c_interface: compiled for ABI %d of librcim_c, found %d\n", RCIM_C_ABI, (int)rcim_c_abi());
        return 1;
    }

    static float w[OUTPUTS * INPUTS], x[VECTORS * INPUTS], held[OUTPUTS * INPUTS];
    uint64_t state = seed;
    for (int i = 0; i < OUTPUTS * INPUTS; ++i) {
        w[i] = draw(&state);
    }
    for (int i = 0; i < VECTORS * INPUTS; ++i) {
        x[i] = draw(&state);
    }

    rcim_options options = rcim_default_options();
    options.seed = seed;
    options.rows = ROWS;
    options.cols = COLS;
    options.wire_ohm = 0.0;
    options.driver_ohm = 0.0;
    options.adc_bits = 12;
    rcim_crossbar* crossbar;
    need(rcim_open(RCIM_C_ABI, &options, OUTPUTS, INPUTS, &crossbar));
    rcim_extents extents;
    need(rcim_get_extents(crossbar, &extents));
    printf("rcim %s: %d x %d weights on %u arrays of %u x %u crossbars of %u x %u cells\n", rcim_version(), OUTPUTS, INPUTS, extents.arrays,
           extents.row_tiles, extents.col_tiles, extents.rows, extents.cols);

    need(rcim_program(crossbar, w, INPUTS));
    need(rcim_get_weights(crossbar, held));
    double largest = 0.0;
    for (int i = 0; i < OUTPUTS * INPUTS; ++i) {
        largest = fmax(largest, fabs((double)held[i] - (double)w[i]));
    }
    printf("weights are held to %.4f, reads are off by %.2f %%\n", largest, 100.0 * read_error(crossbar, w, x));
    check(largest < 0.5 / 127 + 1e-6, "weights are within half a step of 1 / 127");
    check(read_error(crossbar, w, x) < 0.05, "12-bit converters are off by less than 5 %");

    /* The currents of one crossbar are its conductances times the voltages, as long as wires have no resistance. */
    static double g[ROWS * COLS], volts[ROWS], amperes[COLS], after[COLS];
    const rcim_place place = {0, 0, 0};
    for (int r = 0; r < ROWS; ++r) {
        volts[r] = 0.2 * (double)(draw(&state) + 1.0f);
    }
    need(rcim_get_conductances(crossbar, place, g));
    need(rcim_currents(crossbar, place, volts, amperes));
    for (int c = 0; c < COLS; ++c) {
        double sum = 0.0;
        for (int r = 0; r < ROWS; ++r) {
            sum += g[r * COLS + c] * volts[r];
        }
        check(fabs(sum - amperes[c]) < 1e-9 * fabs(sum), "Kirchhoff's law");
    }

    /* A cell of the highest slice of output 0 sticks at low resistance: one column carries more, by its voltage times the step. */
    const rcim_fault fault = {place, 7, 3, 3};
    need(rcim_stick(crossbar, &fault, 1));
    need(rcim_currents(crossbar, place, volts, after));
    printf("stuck cell: column 3 carries %.4g mA, before %.4g mA; reads are off by %.2f %%\n", 1e3 * after[3], 1e3 * amperes[3],
           100.0 * read_error(crossbar, w, x));
    check(fabs(after[3] - amperes[3] - volts[7] * (options.g_on - g[7 * COLS + 3])) < 1e-12, "the column of the fault gains its current");
    for (int c = 0; c < COLS; ++c) {
        check(c == 3 || after[c] == amperes[c], "other columns carry what they did");
    }
    const rcim_fault repaired = {place, 7, 3, -1};
    need(rcim_stick(crossbar, &repaired, 1));
    need(rcim_currents(crossbar, place, volts, after));
    check(memcmp(after, amperes, sizeof after) == 0, "a cell that works again holds what it did");

    mistakes(crossbar, x);
    rcim_close(crossbar);

    /* The same on a worse chip. */
    options.wire_ohm = 1.0;
    options.driver_ohm = 4.0;
    options.p_stuck_hrs = 0.05;
    options.p_stuck_lrs = 0.01;
    need(rcim_open(RCIM_C_ABI, &options, OUTPUTS, INPUTS, &crossbar));
    need(rcim_program(crossbar, w, INPUTS));
    printf("5 %% stuck at high and 1 %% at low resistance, wires of 1 ohm: reads are off by %.1f %%\n", 100.0 * read_error(crossbar, w, x));
    rcim_close(crossbar);
    printf("%s\n", failures == 0 ? "all as it should be" : "FAILED");
    return failures == 0 ? 0 : 1;
}
