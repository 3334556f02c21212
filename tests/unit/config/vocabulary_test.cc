#include "config/vocabulary.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/edit_distance.h"
#include "config/server_elements.h"

namespace weir::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kBegin = "<Server version=\"8\"><Type>edge</Type><IP>*</IP>\n";

std::unique_ptr<Document> Read(const std::string& text) {
  auto document = Document::Parse(text, "conf/edge.xml", {.variable = {}, .home = {}});
  EXPECT_TRUE(document);
  return *std::move(document);
}

std::string Complaint(const std::string& text) {
  const auto checked = CheckVocabulary(*Read(text));
  return checked ? "" : checked.error().detail;
}

std::string InServer(const std::string& inside) {
  return std::string(kBegin) + inside + "</Server>";
}

TEST(Vocabulary, NamesTheNearestElementForAnUnknownOne) {
  EXPECT_EQ(Complaint(InServer("<Bind><Publishers>\n<LLHSL/></Publishers></Bind>")),
            "conf/edge.xml:3: Server/Bind/Publishers/LLHSL is not a known element; did you mean "
            "LLHLS?");
  EXPECT_EQ(Complaint(InServer("<Bind><Publishers><llhls/></Publishers></Bind>")),
            "conf/edge.xml:2: Server/Bind/Publishers/llhls is not a known element; did you mean "
            "LLHLS?");
}

TEST(Vocabulary, NamesNoneForAWordThatResemblesNothing) {
  EXPECT_EQ(Complaint(InServer("<Bind/><Aquarium/>")),
            "conf/edge.xml:2: Server/Aquarium is not a known element");
}

TEST(Vocabulary, ListsAllThatIsWrongAtOnce) {
  EXPECT_EQ(Complaint(InServer("<Bind><Foo1234/></Bind>\n<Wier/>")),
            "conf/edge.xml:2: Server/Bind/Foo1234 is not a known element\n"
            "conf/edge.xml:3: Server/Wier is not a known element; did you mean Weir?");
}

TEST(Vocabulary, ListsNoMoreThanAPageful) {
  std::string inside = "<Bind/>";
  for (int i = 0; i < 60; ++i)
    inside += "<Aquarium/>";
  EXPECT_THAT(Complaint(InServer(inside)), HasSubstr("\nand 10 more"));
}

TEST(Vocabulary, KnowsNoElementsWithinPlainValues) {
  EXPECT_THAT(Complaint(InServer("<Bind><Managers><API><Port><x/></Port></API></Managers></Bind>")),
              HasSubstr("Server/Bind/Managers/API/Port/x is not a known element"));
}

TEST(Vocabulary, MissesMandatoryElements) {
  EXPECT_EQ(Complaint("<Server version='8'><IP>*</IP><Bind/></Server>"),
            "conf/edge.xml:1: Server has no <Type>, which is mandatory");
  EXPECT_EQ(Complaint(InServer("<Bind/>\n<VirtualHosts><VirtualHost/></VirtualHosts>")),
            "conf/edge.xml:3: Server/VirtualHosts/VirtualHost has no <Name>, which is mandatory");
}

TEST(Vocabulary, KnowsTheVersions) {
  for (const std::string version : {"8", "9", "10"})
    EXPECT_EQ(Complaint("<Server version='" + version + "'><Type/><IP/><Bind/></Server>"), "");
  for (const std::string version : {"", "7", "11", "8.0"})
    EXPECT_THAT(Complaint("<Server version='" + version + "'><Type/><IP/><Bind/></Server>"),
                HasSubstr("is none of 8, 9 and 10"));
  EXPECT_EQ(Complaint("<Servers/>"),
            "conf/edge.xml:1: the root element is <Servers>, not <Server>");
}

TEST(Vocabulary, ReportsWhatIsKnownButWasNotRead) {
  const auto document = Read(InServer("<Bind><Providers/></Bind>\n<Modules><P2P/></Modules>"));
  (void)document->root().Child("Bind");
  (void)document->root().Children("IP");
  const auto notices = CheckVocabulary(*document);
  ASSERT_TRUE(notices);
  EXPECT_THAT(*notices, ElementsAre("conf/edge.xml:2: Server/Bind/Providers has no effect here",
                                    "conf/edge.xml:3: Server/Modules has no effect here"));
}

TEST(Vocabulary, DoesNotReportWhatIsThereForPeople) {
  const auto document =
      Read("<Server version='8'><Name>x</Name><Type>edge</Type><IP>*</IP><Bind/></Server>");
  (void)document->root().Child("Bind");
  (void)document->root().Children("IP");
  const auto notices = CheckVocabulary(*document);
  ASSERT_TRUE(notices);
  EXPECT_THAT(*notices, IsEmpty());
}

TEST(Vocabulary, KnowsEnterpriseElements) {
  EXPECT_EQ(Complaint(InServer(
                "<Bind/><Modules><HAProxyProtocol><Enable>true</Enable></HAProxyProtocol></Modules>"
                "<Monitoring><Events><Level>info</Level><Log><Enabled>true</Enabled></Log></Events>"
                "</Monitoring>"
                "<VirtualHosts><VirtualHost><Name>v</Name><Applications><Application>"
                "<Name>a</Name><Type>live</Type>"
                "<Providers><RTMP><AuthFile>x</AuthFile><GenerateAudioPTS>true</GenerateAudioPTS>"
                "<MaxConnection>1</MaxConnection></RTMP></Providers>"
                "<Publishers><LLHLS><DRM><Enable>true</Enable></DRM><DVR/></LLHLS></Publishers>"
                "<EventGenerator><Enable>true</Enable></EventGenerator>"
                "</Application></Applications></VirtualHost></VirtualHosts>")),
            "");
}

/// The element names of a table row, without marks: "Name" and "Shape" of each word.
std::vector<std::pair<std::string, std::string>> WordsOf(const ElementShape& shape) {
  std::vector<std::pair<std::string, std::string>> words;
  std::string name;
  std::string reference;
  bool in_reference = false;
  for (const char c : std::string(shape.children) + " ") {
    if (c == ' ') {
      words.emplace_back(std::exchange(name, {}), std::exchange(reference, {}));
      in_reference = false;
    } else if (c == ':') {
      in_reference = true;
    } else {
      (in_reference ? reference : name) += c;
    }
  }
  return words;
}

TEST(ServerElements, ReferToShapesThatExist) {
  std::set<std::string> shapes;
  for (const ElementShape& shape : ServerElements())
    EXPECT_TRUE(shapes.insert(std::string(shape.name)).second) << shape.name << " stands twice";
  std::set<std::string> above;
  for (const ElementShape& shape : ServerElements()) {
    for (const auto& [name, reference] : WordsOf(shape)) {
      EXPECT_FALSE(name.empty()) << "an empty word in " << shape.name;
      if (!reference.empty()) {
        EXPECT_TRUE(shapes.count(reference)) << reference << " in " << shape.name;
      }
      if (name.starts_with('+')) {
        EXPECT_TRUE(above.count(name.substr(1))) << name << " in " << shape.name;
      }
    }
    above.insert(std::string(shape.name));
  }
}

TEST(EditDistance, CountsWhatMustChange) {
  EXPECT_EQ(EditDistance("", "abc"), 3u);
  EXPECT_EQ(EditDistance("LLHSL", "LLHLS"), 2u);
  EXPECT_EQ(EditDistance("port", "Port"), 0u);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3u);
}

TEST(EditDistance, FindsNoneForAMonsterOfAName) {
  EXPECT_EQ(Nearest(std::string(65, 'a'), {std::string(65, 'a')}), "");
}

}  // namespace
}  // namespace weir::config
