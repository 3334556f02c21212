#include "config/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::config {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

Environment NoVariables() {
  return {.variable = [](const std::string&) { return std::nullopt; }, .home = "/opt/weir"};
}

Result<std::unique_ptr<Document>> Read(std::string_view text, const DocumentLimits& limits = {}) {
  return Document::Parse(text, "conf/a.xml", NoVariables(), limits);
}

std::string Complaint(std::string_view text, const DocumentLimits& limits = {}) {
  const auto document = Read(text, limits);
  return document ? "" : document.error().detail;
}

std::string Nested(size_t depth) {
  std::string text;
  for (size_t i = 0; i < depth; ++i)
    text += "<a>";
  for (size_t i = 0; i < depth; ++i)
    text += "</a>";
  return text;
}

TEST(Document, KnowsTheLineAndPathOfEveryElement) {
  const auto document = Read("<?xml version=\"1.0\"?>\n<a>\n  <b>\r\n\n <c/></b>\n</a>");
  ASSERT_TRUE(document);
  const Node* c = (*document)->root().Find("b/c");
  ASSERT_NE(c, nullptr);
  EXPECT_EQ(c->where(), "conf/a.xml:5");
  EXPECT_EQ(c->path(), "a/b/c");
  EXPECT_EQ((*document)->root().where(), "conf/a.xml:2");
}

TEST(Document, GivesTextWithoutTheSpaceAroundIt) {
  const auto document = Read("<a><b> \n x y &amp; <![CDATA[<z>]]>\t</b><c/></a>");
  ASSERT_TRUE(document);
  EXPECT_EQ((*document)->root().Child("b")->text(), "x y & <z>");
  EXPECT_EQ((*document)->root().Child("c")->text(), "");
}

TEST(Document, GivesRepeatedElementsInOrder) {
  const auto document = Read("<a><b>1</b><c/><b>2</b></a>");
  ASSERT_TRUE(document);
  const auto found = (*document)->root().Children("b");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0]->text(), "1");
  EXPECT_EQ(found[1]->text(), "2");
  EXPECT_EQ((*document)->root().elements().size(), 3u);
  EXPECT_EQ((*document)->root().Child("B"), nullptr);
}

TEST(Document, SkipsIgnoredElementsAndTheirMacros) {
  const auto document =
      Read("<a><b ignore=\"true\">${env:NOT_SET}</b><b ignore=\"false\">2</b></a>");
  ASSERT_TRUE(document);
  ASSERT_EQ((*document)->root().Children("b").size(), 1u);
  EXPECT_EQ((*document)->root().Child("b")->text(), "2");
}

TEST(Document, RefusesAnIgnoredRoot) {
  EXPECT_EQ(Complaint("<a ignore=\"true\"/>"),
            "conf/a.xml:1: a: nothing is left of the root element");
}

TEST(Document, NamesTheLineOfBadXml) {
  EXPECT_THAT(Complaint("<a>\n<b>\n</c>\n</a>"),
              StartsWith("conf/a.xml:3: not well-formed XML: start-end tags mismatch"));
  EXPECT_THAT(Complaint(""), StartsWith("conf/a.xml:1: not well-formed XML"));
  EXPECT_THAT(Complaint("<a>\n<b></a>"), StartsWith("conf/a.xml:2: "));
}

TEST(Document, RefusesASecondRoot) {
  EXPECT_EQ(Complaint("<a/>\n<b/>"), "conf/a.xml:2: a second root element <b>");
}

TEST(Document, RefusesZeroBytes) {
  EXPECT_EQ(Complaint(std::string_view("<a>\n\0</a>", 9)), "conf/a.xml:2: a zero byte");
}

TEST(Document, DoesNotExpandEntitiesOfADoctype) {
  const auto document = Read(
      "<!DOCTYPE a [<!ENTITY x \"xxxxxxxxxx\"><!ENTITY y \"&x;&x;&x;&x;&x;&x;&x;&x;\">"
      "<!ENTITY secret SYSTEM \"file:///etc/passwd\">]>"
      "<a>&y;&y;&secret;</a>");
  ASSERT_TRUE(document);
  EXPECT_EQ((*document)->root().text(), "&y;&y;&secret;");
}

TEST(Document, CannotIncludeFilesFromAText) {
  EXPECT_EQ(Complaint("<a>\n<b include=\"/etc/*\"/></a>"),
            "conf/a.xml:2: b: files cannot be included here");
}

TEST(Document, TakesElementsUpToTheDepthLimitAndNoDeeper) {
  EXPECT_EQ(Complaint(Nested(32)), "");
  EXPECT_THAT(Complaint(Nested(33)), HasSubstr("nested more than 32 deep"));
  EXPECT_THAT(Complaint(Nested(39'000)), HasSubstr("nested more than 32 deep"));
}

TEST(Document, TakesBytesUpToTheLimitAndNoMore) {
  const std::string text = "<a>xxxxxxxx</a>";
  EXPECT_EQ(Complaint(text, {.bytes = text.size()}), "");
  EXPECT_EQ(Complaint(text, {.bytes = text.size() - 1}),
            "conf/a.xml: more than 14 bytes of configuration");
}

TEST(Document, TakesElementsUpToTheLimitAndNoMore) {
  EXPECT_EQ(Complaint("<a><b/><b/></a>", {.elements = 3}), "");
  EXPECT_EQ(Complaint("<a><b/><b/>\n<b/></a>", {.elements = 3}),
            "conf/a.xml:2: b: more than 3 elements");
}

TEST(Document, RefusesTooManyTagsBeforeItParsesThem) {
  std::string text;
  for (int i = 0; i < 13; ++i)
    text += "<";
  EXPECT_EQ(Complaint(text, {.elements = 3}), "conf/a.xml: more than 3 elements");
}

TEST(Document, TakesAttributesUpToTheLimitAndNoMore) {
  EXPECT_EQ(Complaint("<a b='1' c='2'/>", {.attributes = 2}), "");
  EXPECT_THAT(Complaint("<a b='1' c='2' d='3'/>", {.attributes = 2}),
              HasSubstr("more than 2 attributes"));
}

TEST(Document, TakesTextUpToTheLimitAndNoMore) {
  EXPECT_EQ(Complaint("<a>1234</a>", {.text = 4}), "");
  EXPECT_THAT(Complaint("<a>12345</a>", {.text = 4}), HasSubstr("a value of over 4 bytes"));
}

TEST(Document, ReportsTheOutermostElementsNobodyAskedFor) {
  const auto document = Read("<a>\n<b><c/></b>\n<d><e/><f/></d><d/></a>");
  ASSERT_TRUE(document);
  ASSERT_NE((*document)->root().Find("d/f"), nullptr);
  const auto unused = (*document)->Unused();
  ASSERT_EQ(unused.size(), 3u);
  EXPECT_EQ(unused[0].Line(), "conf/a.xml:2: a/b has no effect here");
  EXPECT_EQ(unused[1].Line(), "conf/a.xml:3: a/d/e has no effect here");
  EXPECT_EQ(unused[2].Line(), "conf/a.xml:3: a/d has no effect here");
}

TEST(Document, ReportsTextBesideElementsAndStrangeAttributes) {
  const auto document = Read("<a version='8' colour='red'>stray<b/></a>");
  ASSERT_TRUE(document);
  (void)(*document)->root().Children("b");
  const auto unused = (*document)->Unused();
  ASSERT_EQ(unused.size(), 2u);
  EXPECT_THAT(unused[0].message, HasSubstr("text beside its elements"));
  EXPECT_THAT(unused[1].message, HasSubstr("attribute 'colour'"));
}

TEST(Document, HasNothingToReportWhenAllWasAskedFor) {
  const auto document = Read("<a><b/><b/></a>");
  ASSERT_TRUE(document);
  (void)(*document)->root().Children("b");
  EXPECT_THAT((*document)->Unused(), IsEmpty());
}

TEST(Document, GivesAttributes) {
  const auto document = Read("<a version='8'/>");
  ASSERT_TRUE(document);
  EXPECT_EQ((*document)->root().Attribute("version"), "8");
  EXPECT_EQ((*document)->root().Attribute("Version"), "");
}

}  // namespace
}  // namespace weir::config
