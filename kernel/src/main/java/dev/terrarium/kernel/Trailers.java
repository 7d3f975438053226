package dev.terrarium.kernel;

import java.util.Map;

/// A body's stream whose sender adds headers behind the body, such as `x-amz-checksum-crc32` of
/// `aws-chunked`. A service that cares asks `stream instanceof Trailers`.
public interface Trailers {
  /// The headers by lower-case name; complete once the stream has been read to its end.
  Map<String, String> trailers();
}
