#include <rcim/data/file.hpp>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <span>
#include <string>

#include "scratch.hpp"

using namespace rcim;

TEST_CASE("a file is written as a whole, replaced as a whole, and read back") {
    const scratch here;
    const auto path = here / "a";
    for (const std::size_t size : {0u, 1u, 4095u, 4096u, 100000u}) {
        bytes content(size);
        for (std::size_t i = 0; i < size; ++i) {
            content[i] = static_cast<std::uint8_t>(i * 7 + size);
        }
        write_file(path, content);
        CHECK(read_plain(path) == content);
    }
    write_file(path, std::string_view("words"));
    CHECK(read_plain(path) == bytes{'w', 'o', 'r', 'd', 's'});
    CHECK(here.count() == 1);
}

TEST_CASE("a symbolic link keeps pointing where it did") {
    const scratch here;
    here.file("target", {1});
    std::filesystem::create_symlink("target", here / "link");
    write_file(here / "link", bytes{2, 3});
    CHECK(std::filesystem::is_symlink(here / "link"));
    CHECK(read_plain(here / "target") == bytes{2, 3});
}

TEST_CASE("reading what cannot be read") {
    const scratch here;
    const auto path = (here / "a").string();
    CHECK(error_of([&] { (void)read_plain(path); }) ==
          "read_plain: " + path + ": expected a readable file, found No such file or directory");
    CHECK(error_of([&] { (void)read_plain(here.folder); }) ==
          "read_plain: " + here.folder.string() + ": expected a regular file, found a directory");
    CHECK(error_of([&] { (void)read_plain("/dev/null"); }) ==
          "read_plain: /dev/null: expected a regular file, found a device, pipe or socket");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    CHECK(error_of([&] { (void)read_plain(path); }) ==
          "read_plain: " + path + ": expected a regular file, found a device, pipe or socket");
    const auto gzip = here.file("a.gz", {0x1f, 0x8b, 8}).string();
    CHECK(error_of([&] { (void)read_plain(gzip); }) ==
          "read_plain: " + gzip + ": expected plain bytes, found gzip; pass read_gzip of <rcim/data/gzip.hpp> as the reader");
}

TEST_CASE("writing where nothing can be written") {
    const scratch here;
    const auto path = (here / "no folder/a").string();
    CHECK(error_of([&] { write_file(path, "x"); }) ==
          "write_file: " + path + ": expected a folder to write in, found No such file or directory");
    CHECK(error_of([&] { write_file(here.folder, "x"); }) ==
          "write_file: " + here.folder.string() + ": expected a regular file or a new name, found a directory");
    CHECK(error_of([&] { write_file("/dev/null", "x"); }) ==
          "write_file: /dev/null: expected a regular file or a new name, found a device");
    CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("a full disk is noticed, and what stood there stays") {
    const scratch here;
    const auto path = here.file("a", {1, 2, 3});

    // The kernel's own full disk, for the step that writes.
    if (const int full = ::open("/dev/full", O_WRONLY); full >= 0) {
        CHECK_FALSE(detail::write_all(full, bytes(10)));
        CHECK(errno == ENOSPC);
        ::close(full);
    } else {
        MESSAGE("no /dev/full here");
    }

    // A limit on the size of files fails in the middle, as a disk does.
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit low = before;
    low.rlim_cur = 1000;
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &low) == 0);
    const std::string found = error_of([&] { write_file(path, bytes(5000)); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CHECK(found == "write_file: " + path.string() + ": expected room for all bytes (5000 bytes), found File too large");
    CHECK(read_plain(path) == bytes{1, 2, 3});
    CHECK(here.count() == 1);
}

TEST_CASE("missing permissions are noticed, and what stood there stays") {
    const scratch here;
    const auto path = here.file("a", {1, 2, 3});
    const std::string secret = here.file("b", {4}).string();
    REQUIRE(::chmod(secret.c_str(), 0) == 0);
    REQUIRE(::chmod(here.folder.c_str(), 0555) == 0);
    // Root may write everywhere, so it steps down for the attempt.
    const bool is_root = ::geteuid() == 0;
    if (is_root && ::seteuid(65534) != 0) {
        MESSAGE("cannot step down from root here");
        return;
    }
    const std::string found = error_of([&] { write_file(path, "x"); });
    const std::string unreadable = error_of([&] { (void)read_plain(secret); });
    if (is_root) {
        REQUIRE(::seteuid(0) == 0);
    }
    REQUIRE(::chmod(here.folder.c_str(), 0755) == 0);
    CHECK(found == "write_file: " + path.string() + ": expected a folder to write in, found Permission denied");
    CHECK(unreadable == "read_plain: " + secret + ": expected a readable file, found Permission denied");
    CHECK(read_plain(path) == bytes{1, 2, 3});
    CHECK(here.count() == 2);
}
