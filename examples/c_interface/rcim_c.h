/* Crossbars for simulators in C, and in whatever calls C: matrices of weights on simulated ReRAM cells with stuck ones, resistive wires and converters.
 *
 * Every function that can fail returns a status; rcim_last_error() says in words what went wrong in the calling thread. Nothing is thrown.
 * A handle is used by one thread at a time, different handles by as many as there are. Arrays are the caller's, row-major; none is kept.
 */
#ifndef RCIM_C_H
#define RCIM_C_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define RCIM_C_API __attribute__((visibility("default")))
#else
#define RCIM_C_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Changes where a program that was compiled with an older header would break; rcim_open compares. Options only grow at their end. */
#define RCIM_C_ABI 1

typedef int32_t rcim_status;
enum {
    RCIM_OK = 0,
    RCIM_BAD_ARGUMENT = 1, /* the message says which, what was expected and what was found */
    RCIM_NO_MEMORY = 2,
    RCIM_INTERNAL = 3
};

/* A matrix that lives in crossbars. */
typedef struct rcim_crossbar rcim_crossbar;

/* The chip: 8-bit weights over four 2-bit cells in each of two arrays, whose difference counts; inputs of 8 bits, positive ones first, in one cycle each. */
typedef struct rcim_options {
    uint32_t size;       /* sizeof(rcim_options) as the caller knows it */
    uint32_t rows;       /* cells of one crossbar along a bit line, >= 1 */
    uint32_t cols;       /* along a word line, >= 4 */
    uint32_t adc_bits;   /* 2 to 14 */
    uint64_t seed;       /* of all draws */
    double g_on;         /* conductance at the highest level, siemens, 1e-15 to 1 */
    double on_off_ratio; /* g_on over the conductance at level 0, > 1 */
    double p_stuck_hrs;  /* share of cells stuck at level 0 */
    double p_stuck_lrs;  /* at level 3 */
    double wire_ohm;     /* of a segment between neighbouring cells, 0 to 1e12 */
    double driver_ohm;   /* between a driver and its first cell, and a last cell and its sense amplifier, 0 to 1e12 */
} rcim_options;

/* One crossbar: tile (row_tile, col_tile) of the matrix, in array 0 (adds) or 1 (subtracts). */
typedef struct rcim_place {
    uint32_t array;
    uint32_t row_tile;
    uint32_t col_tile;
} rcim_place;

typedef struct rcim_extents {
    uint64_t outputs, inputs;      /* of the matrix */
    uint32_t arrays;               /* 2 */
    uint32_t row_tiles, col_tiles; /* crossbars of each array */
    uint32_t rows, cols;           /* cells of each crossbar; columns hold slices, lowest first, four to an output */
} rcim_extents;

typedef struct rcim_fault {
    rcim_place place;
    uint32_t row, col;
    int32_t level; /* 0 to 3: stuck there; -1: works, whatever was drawn */
} rcim_fault;

RCIM_C_API int32_t rcim_c_abi(void);
RCIM_C_API const char* rcim_version(void);
/* Of the last call in this thread that failed; valid until the next one that does. Never null. */
RCIM_C_API const char* rcim_last_error(void);

RCIM_C_API rcim_options rcim_default_options(void);

/* A matrix of zeros, of at most 2^32 weights. abi: RCIM_C_ABI. options: null for the defaults. *made is null where this fails. */
RCIM_C_API rcim_status rcim_open(int32_t abi, const rcim_options* options, size_t outputs, size_t inputs, rcim_crossbar** made);
/* Null is fine. */
RCIM_C_API void rcim_close(rcim_crossbar* crossbar);
RCIM_C_API rcim_status rcim_get_extents(const rcim_crossbar* crossbar, rcim_extents* extents);

/* Writes weights [outputs][inputs], finite, rows `stride` floats apart, into the cells: the largest magnitude becomes the largest code. */
RCIM_C_API rcim_status rcim_program(rcim_crossbar* crossbar, const float* weights, size_t stride);
/* What the cells hold, as weights [outputs][inputs]. */
RCIM_C_API rcim_status rcim_get_weights(const rcim_crossbar* crossbar, float* weights);
/* y [vectors][outputs] from x [vectors][inputs], finite, through DACs, cells, wires and ADCs. */
RCIM_C_API rcim_status rcim_read(const rcim_crossbar* crossbar, const float* x, size_t vectors, float* y);

/* Conductances [rows][cols] of one crossbar in siemens. */
RCIM_C_API rcim_status rcim_get_conductances(const rcim_crossbar* crossbar, rcim_place place, double* siemens);
/* Currents [cols] at the feet of the bit lines of one crossbar, in amperes, for voltages [rows] at its word lines. */
RCIM_C_API rcim_status rcim_currents(const rcim_crossbar* crossbar, rcim_place place, const double* volts, double* amperes);

/* Adds faults to those there are, all or, where one is refused, none. The matrix is programmed again. O(cells), however many. */
RCIM_C_API rcim_status rcim_stick(rcim_crossbar* crossbar, const rcim_fault* faults, size_t count);

#ifdef __cplusplus
}
#endif
#endif
