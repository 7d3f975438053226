package dev.terrarium.services.lambda;

import java.io.IOException;

/// Who wants a function's answer as it comes.
interface ResponseSink {
  /// The largest answer that may come so.
  long BYTES_MAX = 200L * 1024 * 1024;

  /// The answer begins.
  ///
  /// @param contentType as the runtime names it
  void begin(String contentType);

  /// A piece of it.
  ///
  /// @throws IOException if nobody wants it any more
  void write(byte[] bytes, int length) throws IOException;
}
