package dev.terrarium.services.firehose;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;
import org.apache.orc.InMemoryKeystore;
import org.apache.orc.OrcFile;
import org.apache.orc.Reader;
import org.apache.orc.util.StreamWrapperFileSystem;

/// The rows of an ORC file, by ORC's own reader.
final class OrcRows {
  private OrcRows() {}

  /// A file in memory, as Hadoop reads files.
  private static final class Bytes extends ByteArrayInputStream
      implements Seekable, PositionedReadable {
    Bytes(byte[] bytes) {
      super(bytes);
    }

    @Override
    public void seek(long position) {
      pos = (int) position;
    }

    @Override
    public long getPos() {
      return pos;
    }

    @Override
    public boolean seekToNewSource(long position) {
      return false;
    }

    @Override
    public int read(long position, byte[] buffer, int offset, int length) {
      var most = Math.min(length, count - (int) position);
      System.arraycopy(buf, (int) position, buffer, offset, most);
      return most;
    }

    @Override
    public void readFully(long position, byte[] buffer, int offset, int length) throws IOException {
      if (read(position, buffer, offset, length) < length) {
        throw new EOFException();
      }
    }

    @Override
    public void readFully(long position, byte[] buffer) throws IOException {
      readFully(position, buffer, 0, buffer.length);
    }
  }

  static Reader open(byte[] file) throws IOException {
    var configuration = new Configuration(false);
    var path = new Path("/memory");
    var status = new FileStatus(file.length, false, 1, 1, 0, path);
    var stream = new FSDataInputStream(new Bytes(file));
    return OrcFile.createReader(
        path,
        OrcFile.readerOptions(configuration)
            .filesystem(new StreamWrapperFileSystem(stream, status, configuration))
            .setKeyProvider(new InMemoryKeystore())
            .useUTCTimestamp(true));
  }

  /// The rows, each column as ORC shows it, with bars between.
  static List<String> read(byte[] file) throws IOException {
    var found = new ArrayList<String>();
    try (var reader = open(file);
        var rows = reader.rows()) {
      var batch = reader.getSchema().createRowBatch();
      while (rows.nextBatch(batch)) {
        for (int at = 0; at < batch.size; at++) {
          var row = new StringBuilder();
          for (var column : batch.cols) {
            column.stringifyValue(row.isEmpty() ? row : row.append('|'), at);
          }
          found.add(row.toString());
        }
      }
    }
    return found;
  }
}
