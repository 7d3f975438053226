package dev.terrarium.services.firehose.conversion;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Writes rows into a file, which is whole when it is closed.
interface RowWriter extends AutoCloseable {
  /// Writes one row, made by [JsonRows].
  void write(@Nullable Object[] row) throws IOException;

  @Override
  void close() throws IOException;
}
