#pragma once

#include <rcim/plot/run_report.hpp>
#include <rcim/rcim.hpp>

#include <cstdint>
#include <string>

/// The options of the program, under their names and with their defaults.
struct settings {
    std::string data; ///< empty: procedural digits
    std::string net = "lenet5";
    std::string encoding = "differential";
    int cell_bits = 2;
    int weight_bits = 16;
    int fraction_bits = -1; ///< -1: four less than the weight's bits
    double p_stuck_hrs = 0.0904;
    double p_stuck_lrs = 0.0175;
    std::string update = "clipped_on_use";
    double theta = 0.25;
    double learning_rate = 0.02;
    double momentum = 0.9;
    double weight_decay = 0.0;
    int epochs = 5;
    int batch = 64;
    std::uint64_t seed = 7;
    int threads = 0; ///< 0: one per processor
    std::string json;
    std::string plot = "train_faulty_cnn.png";
    std::string html; ///< empty: no report
    std::string log;
    std::string checkpoint; ///< empty: none
    std::string costs; ///< name of a table; empty: nothing is counted
};

/// A network, and the design it lives on as one writes it.
struct built {
    rcim::network net;
    std::string chip;
    rcim::plot::html_table axes; ///< of the design, with all parameters
    std::string note;            ///< which plan runs it
};

// One source file each, so that they compile side by side: every cell, width and update rule under one encoding.
built build_ideal(const settings& s, const rcim::map_shape& input, int classes);
built build_offset(const settings& s, const rcim::map_shape& input, int classes);
built build_differential(const settings& s, const rcim::map_shape& input, int classes);
built build_sign_magnitude(const settings& s, const rcim::map_shape& input, int classes);
