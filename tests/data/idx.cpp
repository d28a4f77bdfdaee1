#include <rcim/data/idx.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "scratch.hpp"

using namespace rcim;

namespace idx_tests {

/// 20 and 10 images of 2 x 3.
void write_small(const scratch& here) {
    here.file("train-images-idx3-ubyte", idx_file({20, 2, 3}, 120, 256));
    here.file("train-labels-idx1-ubyte", idx_file({20}, 20, 10));
    here.file("t10k-images.idx3-ubyte", idx_file({10, 2, 3}, 60, 256));
    here.file("t10k-labels.idx1-ubyte", idx_file({10}, 10, 10));
}

/// The errors of the two readers on a file with this content, the path left out.
std::string images_error(const bytes& content) {
    const scratch here;
    const auto path = here.file("f", content).string();
    std::string found = error_of([&] { (void)read_idx_images(path); });
    const auto at = found.find(path);
    return at == std::string::npos ? found : found.erase(at, path.size());
}
std::string labels_error(const bytes& content) {
    const scratch here;
    const auto path = here.file("f", content).string();
    std::string found = error_of([&] { (void)read_idx_labels(path); });
    const auto at = found.find(path);
    return at == std::string::npos ? found : found.erase(at, path.size());
}

TEST_CASE("an IDX folder loads, in either spelling") {
    const scratch here;
    write_small(here);
    const dataset data = load_idx(here.folder);
    CHECK(data.name == here.folder.filename().string());
    CHECK(load_idx(here.folder / "").name == data.name);
    CHECK(data.train.shape == map_shape{1, 2, 3});
    CHECK(data.train.classes == 10);
    CHECK(data.train.size() == 20);
    CHECK(data.test.size() == 10);
    CHECK(data.train.labels[13] == 3);
    CHECK(data.train.image(2)[1] == 13);
    CHECK(data.mean[0] == doctest::Approx(59.5 / 255));
}

TEST_CASE("flawed IDX files of images") {
    CHECK(images_error(idx_file({2, 2, 3}, 12, 256)) == "no error");
    CHECK(images_error({}) == "read_idx_images: : expected an IDX file, found an empty file");
    CHECK(images_error(bytes(15)) == "read_idx_images: : header: expected 16 bytes, found 15 bytes");
    CHECK(images_error(idx_file({2, 2, 3}, 11, 256)) == "read_idx_images: : data: expected 2 x 2 x 3 bytes, found 11");
    CHECK(images_error(idx_file({2, 2, 3}, 13, 256)) == "read_idx_images: : data: expected 2 x 2 x 3 bytes, found 13");
    CHECK(images_error(idx_file({2, 2, 3}, 0, 256)) == "read_idx_images: : data: expected 2 x 2 x 3 bytes, found 0");
    CHECK(images_error(idx_file({20}, 20, 10)) == "read_idx_images: : dimensions: expected 3, found 1");
    CHECK(images_error(idx_file({2, 0, 3}, 0, 256)) == "read_idx_images: : extent 1: expected at least 1, found 0");
    CHECK(images_error(idx_file({0, 28, 28}, 0, 256)) == "read_idx_images: : extent 0: expected at least 1, found 0");
    // Products that overflow 64 bits are not mistaken for small ones.
    CHECK(images_error(idx_file({0x80000000u, 0x80000000u, 4}, 0, 256)) ==
          "read_idx_images: : data: expected 2147483648 x 2147483648 x 4 bytes, found 0");
    CHECK(images_error(idx_file({0xffffffffu, 0xffffffffu, 0xffffffffu}, 1, 256)) ==
          "read_idx_images: : data: expected 4294967295 x 4294967295 x 4294967295 bytes, found 1");
    bytes wrong = idx_file({2, 2, 3}, 12, 256);
    wrong[1] = 5;
    CHECK(images_error(wrong) == "read_idx_images: : magic: expected two zero bytes, found 0 and 5");
    wrong[1] = 0;
    wrong[2] = 0x0d;
    CHECK(images_error(wrong) == "read_idx_images: : element type: expected 8 (unsigned byte), found 13");
}

TEST_CASE("flawed IDX files of labels") {
    CHECK(labels_error(idx_file({20}, 20, 10)) == "no error");
    CHECK(labels_error({}) == "read_idx_labels: : expected an IDX file, found an empty file");
    CHECK(labels_error(idx_file({20}, 19, 10)) == "read_idx_labels: : data: expected 20 bytes, found 19");
    CHECK(labels_error(idx_file({20}, 21, 10)) == "read_idx_labels: : data: expected 20 bytes, found 21");
    CHECK(labels_error(idx_file({20}, 20, 11)) == "read_idx_labels: : label 10: expected 0 to 9, found 10");
    CHECK(labels_error(idx_file({2, 2, 3}, 12, 256)) == "read_idx_labels: : dimensions: expected 1, found 3");
    const scratch here;
    CHECK(read_idx_labels(here.file("f", idx_file({20}, 20, 11)), read_plain, 11).size() == 20);
}

TEST_CASE("flawed IDX folders") {
    const scratch here;
    CHECK(error_of([&] { (void)load_idx(here / "none"); }) ==
          "load_idx: " + (here / "none").string() + ": expected a folder, found none");
    CHECK(error_of([&] { (void)load_idx(here.folder); }) ==
          "load_idx: " + here.folder.string() +
              ": expected train-images-idx3-ubyte or train-images.idx3-ubyte or train-images-idx3-ubyte.gz or "
              "train-images.idx3-ubyte.gz, found none of them");
    write_small(here);
    here.file("train-labels-idx1-ubyte", idx_file({19}, 19, 10));
    CHECK(error_of([&] { (void)load_idx(here.folder); }) ==
          "load_idx: " + (here / "train-labels-idx1-ubyte").string() +
              ": expected 20 labels, one per image of train-images-idx3-ubyte, found 19");
    write_small(here);
    here.file("t10k-images.idx3-ubyte", idx_file({10, 3, 2}, 60, 256));
    CHECK(error_of([&] { (void)load_idx(here.folder); }) ==
          here.folder.filename().string() + " test: shape: expected 1 x 2 x 3 as in train, found 1 x 3 x 2");
    write_small(here);
    std::filesystem::remove(here / "t10k-labels.idx1-ubyte");
    CHECK(error_of([&] { (void)load_idx(here.folder); }).find("expected t10k-labels-idx1-ubyte or ") != std::string::npos);
}

} // namespace idx_tests
