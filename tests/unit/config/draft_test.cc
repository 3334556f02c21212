#include "config/draft.h"

#include <memory>

#include <gmock/gmock.h>

#include "config/document.h"

namespace weir::config {
namespace {

std::unique_ptr<Document> Parse(const char* text) {
  return *Document::Parse(text, "conf/a.xml", {.variable = {}, .home = {}});
}

constexpr const char* kText = R"(<Server version="8">
  <IP>*</IP>
  <Bind><Managers><API><Port>8081</Port></API></Managers></Bind>
</Server>)";

TEST(Draft, IsTheDocumentItWasTakenFrom) {
  const auto document = Parse(kText);
  const Draft draft = Draft::Of(document->root());
  const auto again = MakeDocument(draft);
  EXPECT_EQ(Draft::Of(again->root()), draft);
  EXPECT_EQ(again->root().Attribute("version"), "8");
  const Node* port = again->root().Find("Bind/Managers/API/Port");
  ASSERT_NE(port, nullptr);
  EXPECT_EQ(port->where(), "conf/a.xml:3");
  EXPECT_EQ(port->path(), "Server/Bind/Managers/API/Port");
  EXPECT_EQ(port->text(), "8081");
}

TEST(Draft, LeavesTheUseOfElementsToTheNewDocument) {
  const auto document = Parse(kText);
  const auto made = MakeDocument(Draft::Of(document->root()));
  EXPECT_EQ(made->Unused().size(), 2u);
  (void)made->root().Child("IP");
  EXPECT_EQ(made->Unused().size(), 1u);
}

TEST(Draft, MayStandInNoFileAtAll) {
  Draft draft{.name = "TLS", .text = {}, .where = "conf/API", .attributes = {}, .children = {}};
  draft.Need("CertPath").text = "${env:SECRET}";
  const auto made = MakeDocument(draft);
  EXPECT_EQ(made->root().where(), "conf/API");
  EXPECT_EQ(made->root().Child("CertPath")->text(), "${env:SECRET}") << "macros are left alone";
  EXPECT_EQ(made->root().FilePath("CertPath"), "conf/${env:SECRET}");
}

TEST(Draft, FindsMakesAndRemovesChildren) {
  Draft draft{.name = "A", .text = {}, .where = "x", .attributes = {}, .children = {}};
  EXPECT_EQ(draft.Child("B"), nullptr);
  draft.Need("B").text = "1";
  EXPECT_EQ(draft.Need("B").text, "1");
  draft.Remove("B");
  EXPECT_EQ(draft.Child("B"), nullptr);
}

}  // namespace
}  // namespace weir::config
