package dev.terrarium.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Something that a service answers over plain HTTP, outside of AWS's protocols: a website, a
/// function URL, a form, the callback of a custom resource.
public interface WebEndpoint {
  /// Whether the request is for this endpoint. Asked for every request that is not signed for a
  /// service's API, so it looks at host, path and method only, and fast.
  boolean accepts(Request request);

  /// The answer. It leaves when the store is durable up to what it tells.
  ///
  /// @throws IOException if the body cannot be read
  Response respond(Request request) throws IOException;

  /// Headers to add to the answer of a signed or unsigned API request that comes from a browser,
  /// such as those of CORS. Asked only if the request has an `Origin`.
  default Map<String, String> headersFor(Request request) {
    return Map.of();
  }

  /// An HTTP request.
  ///
  /// @param host as in the header, with the port
  /// @param rawPath undecoded, beginning with a slash
  /// @param rawQuery undecoded, without the question mark, empty if there is none
  /// @param headers names in lower case
  record Request(
      String method,
      String host,
      String rawPath,
      String rawQuery,
      Map<String, List<String>> headers,
      InputStream body,
      String sourceIp) {
    /// The first header of that name, or null.
    public @Nullable String header(String name) {
      var values = headers.get(name.toLowerCase(Locale.ROOT));
      return values == null || values.isEmpty() ? null : values.getFirst();
    }
  }

  /// An HTTP response.
  ///
  /// @param headers in the order in which they are sent; a name may come twice
  /// @param length of the body, or -1 if it is not known
  /// @param body closed when it has been sent
  record Response(
      int status, List<Map.Entry<String, String>> headers, long length, InputStream body) {
    /// A response whose body is at hand.
    public static Response of(int status, List<Map.Entry<String, String>> headers, byte[] body) {
      return new Response(status, headers, body.length, new java.io.ByteArrayInputStream(body));
    }
  }
}
