#if __has_include(<zlib.h>)

#include <rcim/core/random.hpp>
#include <rcim/data/cifar.hpp>
#include <rcim/data/gzip.hpp>
#include <rcim/data/idx.hpp>

#include <doctest/doctest.h>
#include <zlib.h>

#include <string>

#include "scratch.hpp"

using namespace rcim;

namespace gzip_tests {

/// One gzip member.
bytes packed(const bytes& content) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    bytes result(deflateBound(&stream, static_cast<uLong>(content.size())));
    bytes input = content;
    stream.next_in = input.data();
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = result.data();
    stream.avail_out = static_cast<uInt>(result.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    result.resize(stream.total_out);
    deflateEnd(&stream);
    return result;
}

bytes noise(std::size_t size) {
    const random_source random(3, purpose::test);
    bytes result(size);
    for (std::size_t i = 0; i < size; ++i) {
        result[i] = static_cast<std::uint8_t>(random.below(i, 17));
    }
    return result;
}

TEST_CASE("gzip comes back as it was, and so does what is not gzip") {
    const scratch here;
    for (const std::size_t size : {0u, 1u, 2u, 1000u, 300000u}) {
        const bytes content = noise(size);
        CHECK(read_gzip(here.file("a", packed(content))) == content);
        CHECK(read_gzip(here.file("b", content)) == content);
        CHECK(read_gzip(here.file("c", packed(content) + packed(bytes{1, 2}))) == content + bytes{1, 2});
        CHECK(read_gzip(here.file("d", packed(bytes{1}) + packed(bytes{}) + packed(content))) == bytes{1} + content);
    }
    // The highest ratio that deflate has.
    CHECK(read_gzip(here.file("zeros", packed(bytes(5000000)))) == bytes(5000000));
}

TEST_CASE("a truncated gzip file is an error at every length") {
    const scratch here;
    const bytes whole = packed(noise(500));
    for (std::size_t length = 2; length < whole.size(); ++length) {
        const auto path = here.file("a", bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))).string();
        CHECK(error_of([&] { (void)read_gzip(path); }) ==
              text("read_gzip: ", path, ": expected an intact gzip file, found its end missing after ", length, " bytes"));
    }
}

TEST_CASE("a corrupt gzip file is an error") {
    const scratch here;
    const bytes content = noise(5000);
    const bytes whole = packed(content);
    const std::string expected = "read_gzip: " + (here / "a").string() + ": expected an intact gzip file, found ";

    bytes wrong = whole;
    wrong[wrong.size() - 5] ^= 1;
    here.file("a", wrong);
    CHECK(error_of([&] { (void)read_gzip(here / "a"); }) == expected + "incorrect data check");
    wrong = whole;
    wrong[wrong.size() - 1] ^= 0x80; // claims two gigabytes: not believed
    here.file("a", wrong);
    CHECK(error_of([&] { (void)read_gzip(here / "a"); }) == expected + "incorrect length check");
    wrong = whole;
    wrong[2] = 7;
    here.file("a", wrong);
    CHECK(error_of([&] { (void)read_gzip(here / "a"); }) == expected + "unknown compression method");
    here.file("a", whole + bytes{1, 2, 3});
    CHECK(error_of([&] { (void)read_gzip(here / "a"); }) == expected + "3 bytes after its end");

    // Any single flipped bit of the compressed data or its checks: noticed, or in the padding that nothing reads.
    for (std::size_t bit = 80; bit < 8 * whole.size(); bit += 7) {
        wrong = whole;
        wrong[bit / 8] = static_cast<std::uint8_t>(wrong[bit / 8] ^ (1u << bit % 8));
        here.file("a", wrong);
        bytes back;
        const std::string found = error_of([&] { back = read_gzip(here / "a"); });
        CHECK((found.rfind(expected, 0) == 0 || (found == "no error" && back == content)));
    }
}

TEST_CASE("a reader names the gzip file that cannot be opened") {
    CHECK(error_of([] { (void)read_gzip("/no/such.gz"); }) ==
          "read_gzip: /no/such.gz: expected a readable file, found No such file or directory");
}

TEST_CASE("datasets of .gz files alone load by read_gzip, and say so to read_plain") {
    const scratch here;
    here.file("train-images-idx3-ubyte.gz", packed(idx_file({20, 2, 3}, 120, 256)));
    here.file("train-labels-idx1-ubyte.gz", packed(idx_file({20}, 20, 10)));
    here.file("t10k-images-idx3-ubyte.gz", packed(idx_file({10, 2, 3}, 60, 256)));
    here.file("t10k-labels-idx1-ubyte.gz", packed(idx_file({10}, 10, 10)));
    const dataset data = load_idx(here.folder, read_gzip);
    CHECK(data.train.size() == 20);
    CHECK(data.test.size() == 10);
    CHECK(error_of([&] { (void)load_idx(here.folder); }) ==
          "read_plain: " + (here / "train-images-idx3-ubyte.gz").string() +
              ": expected plain bytes, found gzip; pass read_gzip of <rcim/data/gzip.hpp> as the reader");
}

#endif

} // namespace gzip_tests
