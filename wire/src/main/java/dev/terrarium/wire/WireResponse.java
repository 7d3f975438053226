package dev.terrarium.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// An HTTP response whose body is at hand.
///
/// @param headers in the order in which they are sent
record WireResponse(int status, List<Map.Entry<String, String>> headers, byte[] body) {
  private static final byte[] NOTHING = new byte[0];

  static WireResponse of(int status, String contentType, byte[] body) {
    var response = new WireResponse(status, new ArrayList<>(4), body);
    return response.with("Content-Type", contentType);
  }

  static WireResponse empty(int status) {
    return new WireResponse(status, new ArrayList<>(4), NOTHING);
  }

  WireResponse with(String name, String value) {
    headers.add(Map.entry(name, value));
    return this;
  }
}
