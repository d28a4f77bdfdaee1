#include <rcim/data/cifar.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "scratch.hpp"

using namespace rcim;

namespace cifar_tests {

/// Records whose label is their index and whose planes are constant.
bytes records(int count) {
    bytes result;
    for (int i = 0; i < count; ++i) {
        result.push_back(static_cast<std::uint8_t>(i));
        for (const int plane : {1, 2, 3}) {
            result.insert(result.end(), 1024, static_cast<std::uint8_t>(50 * plane + i));
        }
    }
    return result;
}

TEST_CASE("CIFAR-10 records become planes of red, green and blue") {
    const scratch here;
    const image_set set = read_cifar10_batch(here.file("b", records(3)));
    CHECK(set.shape == map_shape{3, 32, 32});
    CHECK(set.labels == bytes{0, 1, 2});
    CHECK(set.image(2)[0] == 52);
    CHECK(set.image(2)[1024] == 102);
    CHECK(set.image(2)[3071] == 152);
}

TEST_CASE("a whole CIFAR-10 folder, and a part of it by its files") {
    const scratch here;
    here.file("data_batch_1.bin", records(2));
    here.file("data_batch_3.bin", records(1));
    here.file("test_batch.bin", records(4));
    const dataset part = load_cifar10({here / "data_batch_1.bin", here / "data_batch_3.bin"}, {here / "test_batch.bin"});
    CHECK(part.train.labels == bytes{0, 1, 0});
    CHECK(part.test.size() == 4);
    CHECK(part.mean == std::vector<float>{0.4914f, 0.4822f, 0.4465f});
    CHECK(part.deviation == std::vector<float>{0.2470f, 0.2435f, 0.2616f});
    CHECK(error_of([&] { check(part); }) == "no error");

    CHECK(error_of([&] { (void)load_cifar10(here.folder); }) ==
          "load_cifar10: " + here.folder.string() +
              ": expected data_batch_1.bin to data_batch_5.bin and test_batch.bin, plain or .gz (or a list of files), found no "
              "data_batch_2.bin, data_batch_4.bin, data_batch_5.bin");
    for (const char* name : {"data_batch_2.bin", "data_batch_4.bin", "data_batch_5.bin"}) {
        here.file(name, records(1));
    }
    const dataset whole = load_cifar10(here.folder);
    CHECK(whole.train.labels == bytes{0, 1, 0, 0, 0, 0});
    CHECK(whole.test.size() == 4);
}

TEST_CASE("flawed CIFAR-10 files") {
    const scratch here;
    const std::string path = (here / "b").string();
    const auto error_on = [&](const bytes& content) {
        here.file("b", content);
        return error_of([&] { (void)read_cifar10_batch(path); });
    };
    const std::string where = "read_cifar10_batch: " + path;
    CHECK(error_on({}) == where + ": expected records of 3073 bytes, found an empty file");
    bytes wrong = records(2);
    wrong.pop_back();
    CHECK(error_on(wrong) == where + ": expected records of 3073 bytes, found 6145 bytes: 1 records and 3072 bytes");
    CHECK(error_on(records(2) + bytes{0}) ==
          where + ": expected records of 3073 bytes, found 6147 bytes: 2 records and 1 bytes");
    CHECK(error_on(records(11)) == where + ": label 10: expected 0 to 9, found 10");
    CHECK(error_of([&] { (void)load_cifar10({}, {here / "b"}); }) ==
          "load_cifar10: train_files: expected at least one file, found none");
    CHECK(error_of([&] { (void)load_cifar10(here / "none"); }) ==
          "load_cifar10: " + (here / "none").string() + ": expected a folder, found none");
}

} // namespace cifar_tests
