#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "config/document.h"

namespace weir::config {
namespace {

using ::testing::HasSubstr;

/// Documents in a folder of their own.
class Include : public ::testing::Test {
 protected:
  Include() { std::filesystem::create_directories(folder_ / "conf[1]" / "hosts"); }

  ~Include() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(File(name)) << text;
  }

  std::filesystem::path File(const std::string& name) const { return folder_ / "conf[1]" / name; }

  Result<std::unique_ptr<Document>> Load(const DocumentLimits& limits = {}) const {
    return Document::Load(File("a.xml"), {.variable = {}, .home = {}}, limits);
  }

  std::string Complaint(const DocumentLimits& limits = {}) const {
    const auto document = Load(limits);
    return document ? "" : document.error().detail;
  }

 private:
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("weir-include-test-" + std::to_string(getpid()));
};

TEST_F(Include, PutsTheRootsOfAllFilesInPlaceOfTheElement) {
  Write("a.xml", "<a><x/><h include='hosts/*.xml'/><y/></a>");
  Write("hosts/2.xml", "<h version='8'>\n<n>two</n></h>");
  Write("hosts/1.xml", "<h><n>one</n></h>");
  const auto document = Load();
  ASSERT_TRUE(document) << document.error().detail;
  const auto hosts = (*document)->root().Children("h");
  ASSERT_EQ(hosts.size(), 2u);
  EXPECT_EQ(hosts[0]->Child("n")->text(), "one");
  EXPECT_EQ(hosts[1]->Child("n")->text(), "two");
  EXPECT_EQ(hosts[1]->Child("n")->where(), File("hosts/2.xml").string() + ":2");
  EXPECT_EQ(hosts[1]->Child("n")->path(), "a/h/n");
}

TEST_F(Include, IsRelativeToTheIncludingFile) {
  Write("a.xml", "<a><h include='hosts/h.xml'/></a>");
  Write("hosts/h.xml", "<h><n include='n.xml'/><p>${ome:CurrentPath}</p></h>");
  Write("hosts/n.xml", "<n>deep</n>");
  const auto document = Load();
  ASSERT_TRUE(document) << document.error().detail;
  EXPECT_EQ((*document)->root().Find("h/n")->text(), "deep");
  EXPECT_EQ((*document)->root().Find("h/p")->text(), File("hosts").string());
}

TEST_F(Include, WorksForTheRootToo) {
  Write("a.xml", "<a include='b.xml'/>");
  Write("b.xml", "<a><c/></a>");
  const auto document = Load();
  ASSERT_TRUE(document) << document.error().detail;
  EXPECT_NE((*document)->root().Child("c"), nullptr);
}

TEST_F(Include, MayMatchNothingByWildcardsOnly) {
  Write("a.xml", "<a><h include='hosts/*.xml'/></a>");
  EXPECT_EQ(Complaint(), "");
  Write("a.xml", "<a>\n<h include='hosts/h.xml'/></a>");
  EXPECT_THAT(Complaint(), HasSubstr("a.xml:2: h: no such file: "));
}

TEST_F(Include, WantsAnElementOfTheSameName) {
  Write("a.xml", "<a><h include='b.xml'/></a>");
  Write("b.xml", "<g/>");
  EXPECT_THAT(Complaint(), HasSubstr("b.xml:1: g: included from "));
}

TEST_F(Include, RefusesContentBesideIt) {
  Write("a.xml", "<a><h include='b.xml'><x/></h></a>");
  EXPECT_THAT(Complaint(), HasSubstr("an include and content"));
}

TEST_F(Include, OfItselfEnds) {
  Write("a.xml", "<a include='a.xml'/>");
  EXPECT_THAT(Complaint(), HasSubstr("nested more than 32 deep"));
  Write("a.xml", "<a><h include='h.xml'/></a>");
  Write("h.xml", "<h><h include='h.xml'/><h include='h.xml'/></h>");
  EXPECT_THAT(Complaint(), HasSubstr("deep"));
}

TEST_F(Include, TakesFilesUpToTheLimitAndNoMore) {
  Write("a.xml", "<a><h include='hosts/*'/></a>");
  Write("hosts/1", "<h/>");
  Write("hosts/2", "<h/>");
  EXPECT_EQ(Complaint({.files = 3}), "");
  Write("hosts/3", "<h/>");
  EXPECT_THAT(Complaint({.files = 3}), HasSubstr("more than 3 files"));
  EXPECT_THAT(Complaint({.files = 2}), HasSubstr("more than 2 files"));
}

TEST_F(Include, CountsTheBytesOfAllFilesTogether) {
  Write("a.xml", "<a><h include='b.xml'/></a>");
  Write("b.xml", "<h/>");
  EXPECT_EQ(Complaint({.bytes = 31}), "");
  EXPECT_THAT(Complaint({.bytes = 30}), HasSubstr("more than 30 bytes"));
}

TEST_F(Include, ReadsRegularFilesOnly) {
  Write("a.xml", "<a><h include='/dev/zero'/></a>");
  EXPECT_THAT(Complaint(), HasSubstr("/dev/zero: not a regular file"));
}

TEST_F(Include, RefusesAFileOverTheLimitWithoutReadingItAll) {
  Write("a.xml", std::string(101, ' '));
  EXPECT_THAT(Complaint({.bytes = 100}), HasSubstr("a.xml: more than 100 bytes"));
}

TEST_F(Include, NamesAFileThatIsNotThere) {
  EXPECT_EQ(Complaint(), File("a.xml").string() + ": no such file");
}

}  // namespace
}  // namespace weir::config
