#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/document.h"

namespace weir::config {
namespace {

using ::testing::HasSubstr;

Environment SomeVariables() {
  return {.variable = [](const std::string& name) -> std::optional<std::string> {
            if (name == "PORT") return "1935";
            if (name == "EMPTY") return "";
            if (name == "MACRO") return "${env:PORT}";
            return std::nullopt;
          },
          .home = "/opt/weir"};
}

/// The text of the root element, or what was wrong.
std::string Expanded(const std::string& text) {
  const auto document = Document::Parse("<a>" + text + "</a>", "conf/a.xml", SomeVariables());
  return document ? (*document)->root().text() : document.error().detail;
}

TEST(Macros, TakeEnvironmentVariables) {
  EXPECT_EQ(Expanded("${env:PORT}"), "1935");
  EXPECT_EQ(Expanded("a${env:PORT}b${env:PORT}c"), "a1935b1935c");
}

TEST(Macros, TakeTheDefaultOfAVariableThatIsNotSet) {
  EXPECT_EQ(Expanded("${env:NONE:9000}"), "9000");
  EXPECT_EQ(Expanded("${env:NONE:}"), "");
  EXPECT_EQ(Expanded("${env:NONE:*:10000-10005/udp}"), "*:10000-10005/udp");
  EXPECT_EQ(Expanded("${env:PORT:9000}"), "1935");
  EXPECT_EQ(Expanded("${env:EMPTY:9000}"), "");
}

TEST(Macros, RefuseAVariableThatIsNotSetAndHasNoDefault) {
  EXPECT_THAT(Expanded("\n${env:NONE}"),
              HasSubstr("conf/a.xml:1: a: the environment variable NONE is not set"));
}

TEST(Macros, KnowThePlacesOfTheProgramAndTheFile) {
  EXPECT_EQ(Expanded("${ome:Home}/x"), "/opt/weir/x");
  EXPECT_EQ(Expanded("${ome:CurrentPath}/x"), "conf/x");
  EXPECT_THAT(Expanded("${ome:home}"), HasSubstr("no such macro: ${ome:home}"));
}

TEST(Macros, LeaveThoseOfOthersAsTheyAre) {
  EXPECT_EQ(Expanded("${OriginStreamName}_o ${PublicIP}:${env:PORT}"),
            "${OriginStreamName}_o ${PublicIP}:1935");
  EXPECT_EQ(Expanded("100 ${ $ {x}"), "100 ${ $ {x}");
}

TEST(Macros, AreNotLookedForInWhatCameIn) {
  EXPECT_EQ(Expanded("${env:MACRO}"), "${env:PORT}");
}

TEST(Macros, RefuseWhatMakesNoSense) {
  EXPECT_THAT(Expanded("${env:PORT"), HasSubstr("without its closing brace"));
  EXPECT_THAT(Expanded("${env:}"), HasSubstr("names no variable"));
  EXPECT_THAT(Expanded("${env:NONE:${env:PORT}}"), HasSubstr("a macro within a macro"));
}

TEST(Macros, WorkInAttributes) {
  const auto document =
      Document::Parse("<a version='${env:NONE:8}'/>", "conf/a.xml", SomeVariables());
  ASSERT_TRUE(document);
  EXPECT_EQ((*document)->root().Attribute("version"), "8");
}

TEST(Macros, CannotGrowAValuePastItsLimit) {
  const DocumentLimits limits{.text = 8};
  EXPECT_TRUE(Document::Parse("<a>${env:PORT}${env:PORT}</a>", "f", SomeVariables(), limits));
  EXPECT_FALSE(Document::Parse("<a>${env:PORT}${env:PORT}.</a>", "f", SomeVariables(), limits));
}

TEST(Environment, OfTheProcessKnowsTheHostAndTheProgram) {
  const Environment environment = Environment::OfProcess();
  EXPECT_TRUE(environment.variable("HOSTNAME").has_value());
  EXPECT_FALSE(environment.variable("WEIR_SURELY_NOT_SET").has_value());
  EXPECT_TRUE(environment.home.is_absolute());
}

}  // namespace
}  // namespace weir::config
