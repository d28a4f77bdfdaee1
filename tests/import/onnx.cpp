#if __has_include(<onnx/onnx_pb.h>)

#include <rcim/import/onnx_reader.hpp>

#include <data/scratch.hpp>
#include <doctest/doctest.h>
#include <import/networks.hpp>
#include <import/onnx_models.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>

using namespace rcim_test;

namespace onnx_tests {

using rcim::map_shape;

using maps = std::vector<double>;

rcim::network_outline outline_of(onnx_model& model, const rcim::onnx_options& options = {}) {
    const std::string bytes = model.bytes();
    return rcim::parse_onnx({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, "model", options);
}

/// Input and output of a network for one batch of three random samples, which the judge turns into each other sample by sample.
void check_model(onnx_model& model, const map_shape& in, const map_shape& out, const std::function<maps(const maps&)>& judge,
                 const rcim::onnx_options& options = {}) {
    rcim::network net = ideal_network(outline_of(model, options));
    CHECK(net.input_shape() == in);
    REQUIRE(net.output_shape() == out);
    rcim::batch_tensor x(in, 3);
    for (index_t n = 0; n < 3; ++n) {
        const std::vector<float> values = numbers(in.size(), static_cast<std::uint64_t>(n) + 77);
        for (index_t f = 0; f < in.size(); ++f) {
            x.at(n, f) = values[static_cast<std::size_t>(f)];
        }
    }
    rcim::thread_pool pool(1);
    const rcim::batch_tensor& y = net.forward(x, {pool});
    double worst = 0.0;
    for (index_t n = 0; n < 3; ++n) {
        maps sample;
        for (index_t f = 0; f < in.size(); ++f) {
            sample.push_back(static_cast<double>(x.at(n, f)));
        }
        const maps expected = judge(sample);
        REQUIRE(static_cast<index_t>(expected.size()) == out.size());
        for (index_t f = 0; f < out.size(); ++f) {
            const double right = expected[static_cast<std::size_t>(f)];
            worst = std::max(worst, std::fabs(static_cast<double>(y.at(n, f)) - right) / std::max(1.0, std::fabs(right)));
        }
    }
    CHECK(worst < 1e-5);
}

/// A window at stride over maps with padding: visit(output, input or -1 in the padding, number in the window, input channel).
struct sliding {
    map_shape in;
    index_t rows, cols, stride, top, left, bottom, right;

    [[nodiscard]] index_t height() const { return (in.height + top + bottom - rows) / stride + 1; }
    [[nodiscard]] index_t width() const { return (in.width + left + right - cols) / stride + 1; }
    void each(const std::function<void(index_t, index_t, index_t, index_t)>& visit) const {
        for (index_t c = 0; c < in.channels; ++c) {
            for (index_t o = 0; o < height() * width(); ++o) {
                for (index_t k = 0; k < rows * cols; ++k) {
                    const index_t y = o / width() * stride - top + k / cols;
                    const index_t x = o % width() * stride - left + k % cols;
                    const bool inside = y >= 0 && y < in.height && x >= 0 && x < in.width;
                    visit(o, inside ? (c * in.height + y) * in.width + x : -1, k, c);
                }
            }
        }
    }
};

maps convolve(const sliding& s, const maps& x, const std::vector<float>& w, const std::vector<float>& bias, index_t filters) {
    const index_t plane = s.height() * s.width();
    maps y(static_cast<std::size_t>(filters * plane));
    for (index_t f = 0; f < filters; ++f) {
        for (index_t o = 0; o < plane; ++o) {
            y[static_cast<std::size_t>(f * plane + o)] =
                bias.empty() ? 0.0 : static_cast<double>(bias[static_cast<std::size_t>(f)]);
        }
        s.each([&](index_t o, index_t i, index_t k, index_t c) {
            if (i >= 0) {
                const index_t at = (f * s.in.channels + c) * s.rows * s.cols + k;
                y[static_cast<std::size_t>(f * plane + o)] +=
                    static_cast<double>(w[static_cast<std::size_t>(at)]) * x[static_cast<std::size_t>(i)];
            }
        });
    }
    return y;
}

maps positive(maps x) {
    for (double& value : x) {
        value = std::max(value, 0.0);
    }
    return x;
}

maps plus(maps a, const maps& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        a[i] += b[i];
    }
    return a;
}

/// The error of reading a model.
std::string reason_of(onnx_model& model, const rcim::onnx_options& options = {}) {
    return error_of([&] { (void)ideal_network(outline_of(model, options)); });
}

/// A model of one operator over 2 x 6 x 5, with constants that are already there.
onnx_model over_maps(const char* op, std::initializer_list<const char*> inputs,
                     const std::function<void(onnx::NodeProto&)>& adjust = {}) {
    onnx_model m;
    m.input("x", {0, 2, 6, 5}).output("y");
    onnx::NodeProto& node = m.node(op, inputs, "y");
    if (adjust) {
        adjust(node);
    }
    return m;
}

TEST_CASE("read_onnx: convolutions with every kind of padding") {
    const map_shape in{2, 6, 5};
    const auto w = numbers(3 * 2 * 3 * 2, 1);
    const auto bias = numbers(3, 2);
    const auto check = [&](const sliding& s, bool biased, const std::function<void(onnx::NodeProto&)>& adjust) {
        onnx_model m = biased ? over_maps("Conv", {"x", "w", "b"}, adjust) : over_maps("Conv", {"x", "w"}, adjust);
        m.constant("w", {3, 2, 3, 2}, w);
        if (biased) {
            m.constant("b", {3}, bias);
        }
        check_model(m, in, {3, s.height(), s.width()},
                    [&](const maps& x) { return convolve(s, x, w, biased ? bias : std::vector<float>{}, 3); });
    };
    check({in, 3, 2, 1, 0, 0, 0, 0}, true, {});
    check({in, 3, 2, 1, 0, 0, 0, 0}, false, [](auto& n) { with(with(n, "auto_pad", "VALID"), "kernel_shape", {3, 2}); });
    check({in, 3, 2, 2, 1, 1, 1, 1}, true, [](auto& n) { with(with(n, "pads", {1, 1, 1, 1}), "strides", {2, 2}); });
    check({in, 3, 2, 1, 2, 0, 1, 3}, true, [](auto& n) { with(with(n, "pads", {2, 0, 1, 3}), "dilations", {1, 1}); });
    check({in, 3, 2, 1, 1, 0, 1, 1}, true, [](auto& n) { with(n, "auto_pad", "SAME_UPPER"); });
    check({in, 3, 2, 1, 1, 1, 1, 0}, true, [](auto& n) { with(with(n, "auto_pad", "SAME_LOWER"), "group", 1); });
    check({in, 3, 2, 2, 0, 0, 1, 1}, false, [](auto& n) {
        with(with(n, "auto_pad", "SAME_UPPER"), "strides", {2, 2});
    }); // 3 outputs of 6 and of 5
}

TEST_CASE("read_onnx: pooling") {
    const map_shape in{2, 6, 5};
    const auto check = [&](bool largest, const sliding& s, bool counts, const std::function<void(onnx::NodeProto&)>& adjust) {
        onnx_model m = over_maps(largest ? "MaxPool" : "AveragePool", {"x"}, adjust);
        const index_t plane = s.height() * s.width();
        check_model(m, in, {2, s.height(), s.width()}, [&](const maps& x) {
            maps sum(static_cast<std::size_t>(2 * plane)), most(sum.size(), -1e9), number(sum.size());
            s.each([&](index_t o, index_t i, index_t, index_t c) {
                const auto at = static_cast<std::size_t>(c * plane + o);
                if (i >= 0) {
                    most[at] = std::max(most[at], x[static_cast<std::size_t>(i)]);
                    sum[at] += x[static_cast<std::size_t>(i)];
                }
                number[at] += i >= 0 || counts ? 1 : 0;
            });
            for (std::size_t i = 0; i < sum.size(); ++i) {
                sum[i] /= number[i];
            }
            return largest ? most : sum;
        });
    };
    for (const bool largest : {true, false}) {
        check(largest, {in, 2, 2, 2, 0, 0, 0, 0}, false, [](auto& n) {
            with(with(n, "kernel_shape", {2, 2}), "strides", {2, 2});
        });
        check(largest, {in, 2, 3, 1, 0, 0, 0, 0}, false, [](auto& n) {
            with(n, "kernel_shape", {2, 3});
        }); // strides of 1 where none are given
        check(largest, {in, 3, 3, 2, 1, 1, 1, 1}, false, [](auto& n) {
            with(with(with(n, "kernel_shape", {3, 3}), "strides", {2, 2}), "pads", {1, 1, 1, 1});
        });
        check(largest, {in, 2, 2, 1, 0, 0, 1, 1}, false, [](auto& n) {
            with(with(n, "kernel_shape", {2, 2}), "auto_pad", "SAME_UPPER");
        });
        check(largest, {in, 2, 2, 1, 1, 1, 0, 0}, false, [](auto& n) {
            with(with(n, "kernel_shape", {2, 2}), "auto_pad", "SAME_LOWER");
        });
        // Rounded up: 3 rows of 6 either way, 3 columns of 5 in place of 2.
        check(largest, {in, 2, 2, 2, 0, 0, 0, 1}, false, [](auto& n) {
            with(with(with(n, "kernel_shape", {2, 2}), "strides", {2, 2}), "ceil_mode", 1);
        });
        // A last window that would begin in the padding is left out: one of 1 x 1 at stride 4 begins at 4 in 5, but not at 8.
        check(largest, {in, 1, 1, 4, 0, 0, 0, 0}, false, [](auto& n) {
            with(with(with(n, "kernel_shape", {1, 1}), "strides", {4, 4}), "ceil_mode", 1);
        });
    }
    check(false, {in, 3, 3, 2, 1, 1, 1, 1}, true, [](auto& n) {
        with(with(with(with(n, "kernel_shape", {3, 3}), "strides", {2, 2}), "pads", {1, 1, 1, 1}), "count_include_pad", 1);
    });
    const auto means = [](const maps& x) {
        maps y(2);
        for (std::size_t i = 0; i < x.size(); ++i) {
            y[i / 30] += x[i] / 30.0;
        }
        return y;
    };
    onnx_model global = over_maps("GlobalAveragePool", {"x"});
    check_model(global, in, {2, 1, 1}, means);
    onnx_model reduced = over_maps("ReduceMean", {"x"}, [](auto& n) { with(with(n, "axes", {-1, 2}), "keepdims", 0); });
    check_model(reduced, in, {2, 1, 1}, means);
    onnx_model most = over_maps("GlobalMaxPool", {"x"});
    check_model(most, in, {2, 1, 1}, [](const maps& x) {
        return maps{*std::max_element(x.begin(), x.begin() + 30), *std::max_element(x.begin() + 30, x.end())};
    });
}

TEST_CASE("read_onnx: matrix products, with constants in every form") {
    const auto w = numbers(4 * 3, 1);
    const auto bias = numbers(3, 2);
    const auto judge = [&](double alpha, double beta) {
        return [&, alpha, beta](const maps& x) {
            maps y;
            for (std::size_t o = 0; o < 3; ++o) {
                y.push_back(beta * static_cast<double>(bias[o]));
                for (std::size_t i = 0; i < 4; ++i) {
                    y[o] += alpha * x[i] * static_cast<double>(w[o * 4 + i]);
                }
            }
            return y;
        };
    };
    std::vector<float> across; // [in][out]
    for (std::size_t i = 0; i < 12; ++i) {
        across.push_back(w[i % 3 * 4 + i / 3]);
    }
    const auto start = [](int opset) {
        onnx_model m;
        m.opset = opset;
        m.input("x", {0, 4}).output("y");
        return m;
    };
    for (const int opset : {7, 11, 17}) {
        onnx_model m = start(opset);
        with(with(with(m.node("Gemm", {"x", "w", "b"}, "y"), "transB", 1), "alpha", 0.5f), "beta", -2.0f);
        m.constant("w", {3, 4}, w).constant("b", {3}, bias);
        check_model(m, {4, 1, 1}, {3, 1, 1}, judge(0.5, -2.0));
    }
    {
        onnx_model m = start(13);
        m.node("Gemm", {"x", "w", "b"}, "y");
        m.constant("w", {4, 3}, across).constant("b", {1, 3}, bias);
        check_model(m, {4, 1, 1}, {3, 1, 1}, judge(1, 1));
    }
    {
        // A transposed constant, a constant node, a bias before the product in the sum, names through Identity and Dropout.
        onnx_model m = start(13);
        with(m.node("Transpose", {"w"}, "wt"), "perm", {1, 0});
        auto& value = *m.node("Constant", {}, "b").add_attribute();
        value.set_name("value");
        value.set_type(onnx::AttributeProto::TENSOR);
        value.mutable_t()->set_data_type(onnx::TensorProto::DOUBLE);
        value.mutable_t()->add_dims(3);
        for (const float one : bias) {
            value.mutable_t()->add_double_data(static_cast<double>(one));
        }
        m.node("Identity", {"x"}, "x2");
        with(m.node("Dropout", {"x2"}, "x3"), "seed", 3);
        m.node("MatMul", {"x3", "wt"}, "p");
        m.node("Add", {"b", "p"}, "y");
        m.constant("w", {3, 4}, w);
        check_model(m, {4, 1, 1}, {3, 1, 1}, judge(1, 1));
        CHECK(outline_of(m).layers.size() == 1); // the sum became the bias
    }
    {
        // Raw bytes; halves of 0x3c00 = 1, 0xc100 = -2.5 and 0x0001 = 2^-24, and the same as bfloat16 0x3f80, 0xc020, 0x3380.
        for (const bool brain : {false, true}) {
            onnx_model m = start(13);
            m.node("MatMul", {"x", "w"}, "p");
            m.node("Add", {"p", "b"}, "y");
            m.constant("w", {4, 3}, {});
            auto& raw = *m.graph().mutable_initializer(0);
            raw.set_raw_data(std::string(reinterpret_cast<const char*>(across.data()), 48));
            auto& half = *m.graph().add_initializer();
            half.set_name("b");
            half.add_dims(3);
            half.set_data_type(brain ? onnx::TensorProto::BFLOAT16 : onnx::TensorProto::FLOAT16);
            half.set_raw_data(brain ? std::string("\x80\x3f\x20\xc0\x80\x33", 6) : std::string("\x00\x3c\x00\xc1\x01\x00", 6));
            check_model(m, {4, 1, 1}, {3, 1, 1}, [&](const maps& x) {
                maps y = judge(1, 0)(x);
                return maps{y[0] + 1.0, y[1] - 2.5, y[2] + 0x1p-24};
            });
        }
    }
}

TEST_CASE("read_onnx: batch norm, arithmetic, padding, shapes") {
    const map_shape in{2, 6, 5};
    onnx_model m = over_maps("BatchNormalization", {"x", "s", "b", "m", "v"},
                             [](auto& n) { with(with(n, "epsilon", 0.25f), "momentum", 0.9f); });
    m.constant("s", {2}, {2, -1}).constant("b", {2}, {0.5f, 3}).constant("m", {2}, {0.1f, 0.2f}).constant("v", {2}, {2, 0});
    check_model(m, in, in, [](const maps& x) {
        maps y;
        for (std::size_t i = 0; i < x.size(); ++i) {
            y.push_back(i < 30 ? (x[i] - 0.1) / std::sqrt(2.25) * 2 + 0.5 : (x[i] - 0.2) / 0.5 * -1 + 3);
        }
        return y;
    });

    const auto c = numbers(60, 4);
    const auto of = [&](const extents& shape, std::size_t i) {
        return static_cast<double>(c[shape.empty() || rcim::detail::elements_of(shape) == 1 ? 0
                                     : shape.size() < 4 && shape.back() == 1                ? i / 30
                                                                                            : i]);
    };
    for (const extents& shape : {extents{}, extents{1}, extents{2, 1, 1}, extents{2, 6, 5}, extents{1, 2, 6, 5}}) {
        const std::vector<float> values(c.begin(), c.begin() + rcim::detail::elements_of(shape));
        for (const std::string op : {"Add", "Sub", "Mul", "Div"}) {
            for (const bool first : {false, true}) {
                if (op == "Div" && first) {
                    continue;
                }
                onnx_model a = first ? over_maps(op.c_str(), {"c", "x"}) : over_maps(op.c_str(), {"x", "c"});
                a.constant("c", shape, values);
                check_model(a, in, in, [&](const maps& x) {
                    maps y;
                    for (std::size_t i = 0; i < x.size(); ++i) {
                        const double k = of(shape, i);
                        y.push_back(op == "Add"   ? x[i] + k
                                    : op == "Mul" ? x[i] * k
                                    : op == "Div" ? x[i] / k
                                    : first       ? k - x[i]
                                                  : x[i] - k);
                    }
                    return y;
                });
            }
        }
    }

    onnx_model padded = over_maps("Pad", {"x", "p"});
    padded.constant("p", {0, 0, 1, 0, 0, 1, 0, 2});
    check_model(padded, in, {3, 7, 7}, [](const maps& x) {
        maps y(3 * 49);
        for (std::size_t i = 0; i < 60; ++i) {
            y[i / 30 * 49 + (i / 5 % 6 + 1) * 7 + i % 5] = x[i];
        }
        return y;
    });

    const auto same = [](const maps& x) { return x; };
    onnx_model flat = over_maps("Flatten", {"x"});
    check_model(flat, in, {60, 1, 1}, same);
    for (const std::vector<std::int64_t>& to :
         {std::vector<std::int64_t>{0, 60}, {-1, 60}, {0, -1}, {0, 3, 4, 5}, {-1, 3, 4, 5}}) {
        onnx_model r = over_maps("Reshape", {"x", "to"});
        r.constant("to", to);
        check_model(r, in, to.size() == 2 ? map_shape{60, 1, 1} : map_shape{3, 4, 5}, same);
    }
    onnx_model vector;
    vector.input("x", {1, 2, 6, 5}).output("y").constant("to", {60});
    vector.node("Reshape", {"x", "to"}, "y");
    check_model(vector, in, {60, 1, 1}, same);
    for (const int opset : {11, 13}) {
        onnx_model s;
        s.opset = opset;
        s.input("x", {0, 7, 1, 1}).output("y");
        if (opset < 13) {
            with(s.node("Squeeze", {"x"}, "f"), "axes", {2, 3});
            with(s.node("Unsqueeze", {"f"}, "m"), "axes", {-1, 2});
        } else {
            s.constant("two", {2, 3}).constant("last", {-1, 2});
            s.node("Squeeze", {"x", "two"}, "f");
            s.node("Unsqueeze", {"f", "last"}, "m");
        }
        s.node("Relu", {"m"}, "y");
        check_model(s, {7, 1, 1}, {7, 1, 1}, positive);
    }
}

TEST_CASE("read_onnx: Softmax is left out or kept") {
    for (const char* op : {"Softmax", "LogSoftmax"}) {
        onnx_model m;
        m.input("x", {0, 5}).output("y");
        m.node("Relu", {"x"}, "r");
        with(m.node(op, {"r"}, "y"), "axis", -1);
        check_model(m, {5, 1, 1}, {5, 1, 1}, positive);
        const bool logarithm = op[0] == 'L';
        check_model(m, {5, 1, 1}, {5, 1, 1},
                    [&](const maps& x) {
                        maps y = positive(x);
                        double sum = 0.0;
                        for (const double value : y) {
                            sum += std::exp(value);
                        }
                        for (double& value : y) {
                            value = logarithm ? value - std::log(sum) : std::exp(value) / sum;
                        }
                        return y;
                    },
                    {.keep_softmax = true});
        m.graph().mutable_node(1)->set_output(0, "s");
        m.node("Relu", {"s"}, "y");
        CHECK(reason_of(m).find(
                  rcim::text("node 'the_y' (", op, "): place: expected the end of the model, found layers after it")) !=
              std::string::npos);
    }
}

TEST_CASE("read_onnx: residual blocks: identity and projection, rectified and not, inside of each other") {
    const map_shape in{2, 4, 4};
    const auto w = numbers(2 * 2 * 9, 1), v = numbers(2 * 2, 2);
    const sliding three{in, 3, 3, 1, 1, 1, 1, 1}, one{in, 1, 1, 1, 0, 0, 0, 0};
    onnx_model m;
    m.input("x", {0, 2, 4, 4})
        .output("y")
        .constant("w", {2, 2, 3, 3}, w)
        .constant("v", {2, 2, 1, 1}, v)
        .constant("b", {2, 1, 1}, {0.5f, -0.5f});
    const auto conv = [&](const char* from, const char* to) { with(m.node("Conv", {from, "w"}, to), "pads", {1, 1, 1, 1}); };
    m.node("Add", {"x", "b"}, "a0"); // the fork itself goes through a constant
    conv("a0", "c1");
    m.node("Relu", {"c1"}, "r1");
    conv("r1", "c2");
    m.node("Add", {"a0", "c2"}, "a1"); // identity first
    m.node("Relu", {"a1"}, "r2");
    conv("r2", "c3"); // a body with a block inside
    conv("c3", "c4");
    m.node("Add", {"c4", "c3"}, "a2");
    m.node("Conv", {"r2", "v"}, "p");
    m.node("Add", {"a2", "p"}, "a3"); // no ReLU
    m.node("GlobalAveragePool", {"a3"}, "y");
    check_model(m, in, {2, 1, 1}, [&](const maps& x) {
        const auto c = [&](const maps& z) { return convolve(three, z, w, {}, 2); };
        maps a0 = x;
        for (std::size_t i = 0; i < a0.size(); ++i) {
            a0[i] += i < 16 ? 0.5 : -0.5;
        }
        const maps r2 = positive(plus(a0, c(positive(c(a0)))));
        const maps c3 = c(r2);
        const maps a3 = plus(plus(c(c3), c3), convolve(one, r2, v, {}, 2));
        maps y(2);
        for (std::size_t i = 0; i < 32; ++i) {
            y[i / 16] += a3[i] / 16.0;
        }
        return y;
    });
    const rcim::network net = ideal_network(outline_of(m));
    REQUIRE(net.size() == 4);
    CHECK(net[1].describe() == "residual_block{.body = {conv2d 2 x 2 x 3 x 3, stride 1, padding 1 on design<>{}, relu, conv2d "
                               "2 x 2 x 3 x 3, stride 1, "
                               "padding 1 on design<>{}}, .shortcut = {identity}}");
    CHECK(net[2].describe() == "residual_block{.body = {conv2d 2 x 2 x 3 x 3, stride 1, padding 1 on design<>{}, "
                               "residual_block{.body = {conv2d 2 x 2 x 3 x 3, stride 1, padding 1 on "
                               "design<>{}}, .shortcut = {identity}, .rectified = false}}, .shortcut = {conv2d 2 x 2 x 1 x 1, "
                               "stride 1, padding 0 on design<>{}}, .rectified = false}");

    // Branches that do not nest: a later sum goes back into an earlier block.
    onnx_model tangled;
    tangled.input("x", {0, 2, 4, 4}).output("y");
    tangled.node("Relu", {"x"}, "u");
    tangled.node("Relu", {"x"}, "v");
    tangled.node("Add", {"u", "v"}, "w");
    tangled.node("Add", {"w", "u"}, "y");
    CHECK(reason_of(tangled) ==
          "read_onnx: model: node 'the_u' (Relu): output: expected branches that part at one tensor and meet "
          "in one Add, as in residual "
          "blocks, found an output that several sums go back to in another way");
    onnx_model twice;
    twice.input("x", {0, 2, 4, 4}).output("y");
    twice.node("Add", {"x", "x"}, "y");
    CHECK(reason_of(twice) == "read_onnx: model: node 'the_y' (Add): inputs: expected at least one branch with a layer, found "
                              "a tensor added to itself");
    onnx_model nested;
    nested.input("x", {0, 2, 4, 4}).output("y");
    for (int n = 0; n < 100; ++n) {
        nested.node("Relu", {n == 0 ? "x" : rcim::text("r", n - 1).c_str()}, rcim::text("r", n));
    }
    nested.node("Relu", {"r99"}, "s0");
    for (int n = 0; n < 100; ++n) {
        nested.node("Add", {rcim::text("s", n).c_str(), rcim::text("r", 99 - n).c_str()},
                    n == 99 ? "y" : rcim::text("s", n + 1));
    }
    CHECK(reason_of(nested).find("residual blocks: expected at most 32 inside of each other, found more") != std::string::npos);
}

TEST_CASE("read_onnx: what is not supported is named") {
    const auto check = [](onnx_model m, const std::string& expected) {
        const std::string reason = reason_of(m);
        CAPTURE(reason);
        CHECK(reason.find(expected) != std::string::npos);
    };
    const std::string y = "read_onnx: model: node 'the_y' ";
    check(over_maps("LSTM", {"x"}), y + "(LSTM): operator: expected one of Add, AveragePool, ");
    check(over_maps("Relu", {"x"}, [](auto& n) { n.set_domain("com.acme"); }),
          y + "(Relu): domain: expected ai.onnx, found 'com.acme'");
    check(over_maps("Relu", {"x"}, [](auto& n) { with(n, "alpha", 0.1f); }),
          y + "(Relu): attributes: expected those that rcim knows, found 'alpha'");
    check(over_maps("Relu", {"q"}), "inputs: expected one on which the output depends, found none");
    check(over_maps("Add", {"x", "q"}),
          y + "(Add): input 1: expected a tensor that the input or a node before this gives, found 'q'");
    check(over_maps("Flatten", {"x"}, [](auto& n) { with(n, "axis", 2); }), "axis: expected 1, found 2");
    check(over_maps("Flatten", {"x"}, [](auto& n) { with(n, "axis", 1.0f); }),
          "axis: expected an attribute of the operator's type, found type 1");
    check(over_maps("MatMul", {"x", "x"}), "input: expected [batch, features], found [2, 6, 5] after the batch");
    check(over_maps("Conv", {"x", "x"}), "weights: expected a constant, found 'x', which is computed or unknown");
    const auto conv = [](const extents& shape, const std::function<void(onnx::NodeProto&)>& adjust) {
        onnx_model m = over_maps("Conv", {"x", "w"}, adjust);
        m.constant("w", shape, numbers(rcim::detail::elements_of(shape), 1));
        return m;
    };
    check(conv({4, 1, 3, 3}, [](auto& n) { with(n, "group", 2); }), "group: expected 1, found 2");
    check(conv({4, 2, 3, 3}, [](auto& n) { with(n, "dilations", {2, 2}); }), "dilations: expected 1 for each axis, found 2");
    check(conv({4, 2, 3, 3},
               [](auto& n) {
                   with(n, "strides", {1, 2});
               }),
          "strides: expected the same for rows and columns, 1 to 4096, found [1, 2]");
    check(conv({4, 2, 3, 3},
               [](auto& n) {
                   with(n, "pads", {0, -1, 0, 0});
               }),
          "pads: expected four numbers from 0 to 4096, found [0, -1, 0, 0]");
    check(conv({4, 2, 3, 3},
               [](auto& n) {
                   with(n, "kernel_shape", {5, 5});
               }),
          "kernel_shape: expected as of the weights, [4, 2, 3, 3], found [5, 5]");
    check(conv({4, 3, 3, 3}, {}), "weights: expected 2 channels, as the input has, found [4, 3, 3, 3]");
    check(conv({4, 2, 7, 7}, {}), "input: expected at least 7 x 7 with padding, found 6 x 5");
    check(conv({4, 2, 3}, {}), "weights: expected [filters, channels, rows, columns], found [4, 2, 3]");

    onnx_model wrong = conv({1, 2, 1, 1}, {});
    wrong.graph().mutable_initializer(0)->set_float_data(1, std::numeric_limits<float>::infinity());
    check(wrong, y + "(Conv): network_of: weights, number 1: expected a finite number, found inf");
    wrong.graph().mutable_initializer(0)->add_float_data(3.0f);
    check(wrong, y + "(Conv): tensor 'w': expected the numbers of shape [1, 2, 1, 1], found 3 numbers");
    wrong.graph().mutable_initializer(0)->set_dims(0, std::int64_t{1} << 62);
    check(wrong, "found 3 numbers");
    wrong.graph().mutable_initializer(0)->set_raw_data("1234567");
    check(wrong, "found 7 bytes of data");
    wrong.graph().mutable_initializer(0)->set_data_type(onnx::TensorProto::STRING);
    check(wrong, "tensor 'w': expected the type FLOAT, DOUBLE, FLOAT16, BFLOAT16, INT32 or INT64, found STRING");
    wrong.graph().mutable_initializer(0)->set_data_type(1234);
    check(wrong, "found type 1234");
    wrong.graph().mutable_initializer(0)->set_data_location(onnx::TensorProto::EXTERNAL);
    check(
        wrong,
        "tensor 'w': expected data within the model's file, found data in another file; store the model with its data inside");

    onnx_model plain = over_maps("Relu", {"x"});
    plain.opset = 5;
    check(plain, "operator set: expected 6 to 21, found 5");
    plain.opset = 13;
    plain.output("z");
    check(plain, "outputs: expected one, found 2");
    onnx_model open;
    open.input("x", {0, 2, 0, 0}).output("y");
    open.node("Relu", {"x"}, "y");
    check(open, "shape: expected [batch, channels, rows, columns] or [batch, features], all but the batch known (or given as "
                "onnx_options::input), found "
                "[2, 0, 0] after the batch");
    CHECK(reason_of(open, {.input = {2, 3, 3}}) == "no error");
    open.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(2)->set_dim_value(
        std::int64_t{1} << 40);
    open.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(3)->set_dim_value(
        std::int64_t{1} << 40);
    check(open, "shape: expected 1 to 67108864 numbers for one sample, found [2, 1099511627776, 1099511627776]");
    onnx_model two;
    two.input("x", {0, 2, 4, 4}).input("z", {0, 2, 4, 4}).output("y");
    two.node("Add", {"x", "z"}, "y");
    check(two, "inputs: expected one, found 'x' and 'z'");
    onnx_model mixed = over_maps("Add", {"x", "c"});
    mixed.constant("c", {6, 5}, numbers(30, 1));
    check(mixed, "constant: expected one number, one per channel or one per feature of [1, 2, 6, 5], found [6, 5]");
    onnx_model batch = over_maps("Reshape", {"x", "to"});
    batch.constant("to", {0, 2, 6, 5, 1});
    check(batch, "shape: expected [batch, channels, rows, columns] or [batch, features], found [2, 6, 5, 1] after the batch");
    onnx_model across = over_maps("Reshape", {"x", "to"});
    across.constant("to", {2, -1});
    check(across, "shape: expected one that leaves the batch alone, found [2, -1]");
    onnx_model cycle;
    cycle.input("x", {0, 4}).output("y");
    cycle.node("Add", {"x", "y"}, "z");
    cycle.node("Relu", {"z"}, "y");
    check(cycle, "input 1: expected a tensor that the input or a node before this gives, found 'y'");

    // What would take time or memory out of proportion to the file.
    onnx_model axes = over_maps("Mul", {"x", "c"});
    axes.constant("c", extents(65, 1), {2.0f});
    check(axes, "tensor 'c': expected at most 64 axes, found 65");
    onnx_model turned;
    turned.input("x", {0, 4}).output("y").constant("c", {1}, {2.0f}).constant("axes", std::vector<std::int64_t>(64, 0));
    turned.node("Unsqueeze", {"c", "axes"}, "d");
    turned.node("Mul", {"x", "d"}, "y");
    check(turned, "axes: expected at most 64 in the result, found 65");
    onnx_model shaped = turned;
    shaped.graph().mutable_node(0)->set_op_type("Reshape");
    shaped.graph().mutable_initializer(1)->mutable_int64_data()->Clear();
    shaped.graph().mutable_initializer(1)->mutable_int64_data()->Resize(65, 1);
    shaped.graph().mutable_initializer(1)->set_dims(0, 65);
    check(shaped, "shape: expected at most 64 axes, found 65");
    onnx_model copied;
    copied.input("x", {0, 4096}).constant("c0", {4096}, std::vector<float>(4096, 1.0f));
    int copies = 0;
    for (; copies < 100; ++copies) {
        copied.node("Identity", {rcim::text("c", copies).c_str()}, rcim::text("c", copies + 1));
    }
    copied.output("y").node("Mul", {"x", "c100"}, "y");
    check(copied, "input: expected constants whose uses hold at most 16 numbers for each byte of the model, found more");
}

TEST_CASE("read_onnx: parts of a file are refused, and flawed ones throw or load, and nothing else") {
    onnx_model m;
    m.input("x", {0, 1, 4, 4})
        .output("y")
        .constant("w", {2, 1, 2, 2}, numbers(8, 1))
        .constant("m", {8, 2}, numbers(16, 2))
        .constant("b", {2}, {1, 2});
    m.constant("to", {0, -1});
    with(with(m.node("Conv", {"x", "w"}, "c"), "auto_pad", "SAME_UPPER"), "strides", {2, 2});
    m.node("Relu", {"c"}, "r");
    m.node("Reshape", {"r", "to"}, "f");
    m.node("Gemm", {"f", "m", "b"}, "y");
    const std::string whole = m.bytes();
    const auto attempt = [](const std::string& content) {
        return error_of([&] {
            (void)rcim::parse_onnx({reinterpret_cast<const std::uint8_t*>(content.data()), content.size()}, "bytes");
        });
    };
    CHECK(attempt(whole) == "no error");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CHECK(attempt(whole.substr(0, length)) != "no error");
    }
    const rcim::random_source random(9, rcim::purpose::test);
    index_t refused = 0;
    for (std::uint32_t n = 0; n < 4000; ++n) {
        std::string changed = whole;
        changed[random.below(2 * n, static_cast<std::uint32_t>(whole.size()))] =
            static_cast<char>(random.below(2 * n + 1, 256));
        refused += attempt(changed) != "no error" ? 1 : 0;
    }
    CHECK(refused > 1000);
    CHECK(refused < 4000);
    const scratch here;
    CHECK(error_of([&] { (void)rcim::load_onnx_tensor(m.save(here / "m.onnx")); }) != "no error");
}

#endif

} // namespace onnx_tests
