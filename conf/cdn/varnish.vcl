# Varnish 6 or 7 in front of Weir's edges, for low-latency HLS:
#
#   varnishd -a :80 -f /path/to/varnish.vcl -s default,2g -p timeout_idle=65
#
# Every file is fetched from an edge once, however many viewers ask for it, held reloads and hinted parts
# included: viewers wait in Varnish and are answered together when the edge answers. See docs/cdn.md.
vcl 4.1;

import directors;
import std;

# One block per edge, and a line for each in vcl_init. Any edge answers any request: no stickiness.
backend edge1 {
  .host = "127.0.0.1";
  .port = "3333";
  .connect_timeout = 2s;
  # Longer than an edge holds a reload: three target durations.
  .first_byte_timeout = 60s;
  .between_bytes_timeout = 10s;
}

backend edge2 {
  .host = "127.0.0.1";
  .port = "3334";
  .connect_timeout = 2s;
  .first_byte_timeout = 60s;
  .between_bytes_timeout = 10s;
}

sub vcl_init {
  new edges = directors.round_robin();
  edges.add_backend(edge1);
  edges.add_backend(edge2);
}

sub vcl_recv {
  set req.backend_hint = edges.backend();
  if (req.method == "OPTIONS") {
    return (pass);  # CORS preflights: browsers keep the answer for a day
  }
  if (req.method != "GET" && req.method != "HEAD") {
    return (synth(405));
  }
  # What players send and no answer depends on. Cookies and Authorization would make Varnish pass.
  unset req.http.Cookie;
  unset req.http.Authorization;
  return (hash);
}

# Path and directives, in this order, and nothing else: players add parameters of their own.
sub vcl_hash {
  # Viewers' path tokens are as good as one another (docs/access.md); whoever has none gets no copy of theirs.
  hash_data(regsub(regsub(req.url, "\?.*$", ""), "^/t~[^/]+/", "/t~/"));
  if (req.url ~ "[?&]_HLS_msn=") {
    hash_data("msn" + regsub(req.url, "^.*[?&]_HLS_msn=([^&]*).*$", "\1"));
  }
  if (req.url ~ "[?&]_HLS_part=") {
    hash_data("part" + regsub(req.url, "^.*[?&]_HLS_part=([^&]*).*$", "\1"));
  }
  if (req.url ~ "[?&]_HLS_skip=") {
    hash_data("skip" + regsub(req.url, "^.*[?&]_HLS_skip=([^&]*).*$", "\1"));
  }
  if (req.url ~ "[?&]_HLS_legacy=") {
    hash_data("legacy" + regsub(req.url, "^.*[?&]_HLS_legacy=([^&]*).*$", "\1"));
  }
  if (req.url ~ "[?&]_HLS_rewind=") {
    hash_data("rewind" + regsub(req.url, "^.*[?&]_HLS_rewind=([^&]*).*$", "\1"));
  }
  if (req.url ~ "[?&]format=") {
    hash_data("format" + regsub(req.url, "^.*[?&]format=([^&]*).*$", "\1"));
  }
  hash_data(std.tolower(req.http.Host));
  return (lookup);
}

sub vcl_backend_response {
  # Never past its time: an old playlist stalls a player. (The edge's max-age is the time to live.)
  set beresp.grace = 0s;
  if (beresp.status >= 500) {
    # For all who wait, and for a second. Varnish would else send everybody to the edge for two minutes.
    set beresp.ttl = 1s;
    return (deliver);
  }
}
