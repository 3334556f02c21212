#include "protocols/relay/proof.h"

#include <vector>

#include "crypto/constant_time.h"
#include "crypto/digest.h"
#include "crypto/random.h"

namespace weir::relay {

Proof Prove(std::string_view secret, Role prover, const Nonce& edge, const Nonce& origin) {
  const std::string_view label =
      prover == Role::kEdge ? "weir relay 1 edge" : "weir relay 1 origin";
  std::vector<uint8_t> proved(label.begin(), label.end());
  proved.push_back(0);
  proved.insert(proved.end(), edge.begin(), edge.end());
  proved.insert(proved.end(), origin.begin(), origin.end());
  return crypto::HmacSha256({reinterpret_cast<const uint8_t*>(secret.data()), secret.size()},
                            proved);
}

bool SameProof(const Proof& left, const Proof& right) {
  return crypto::EqualInConstantTime(std::span<const uint8_t>(left),
                                     std::span<const uint8_t>(right));
}

bool IsLoopback(std::string_view peer) {
  for (const std::string_view start : {"127.", "[::1]:", "[::ffff:127."})
    if (peer.starts_with(start)) return true;
  return false;
}

Nonce MakeNonce() {
  Nonce nonce;
  crypto::FillRandom(nonce);
  return nonce;
}

}  // namespace weir::relay
