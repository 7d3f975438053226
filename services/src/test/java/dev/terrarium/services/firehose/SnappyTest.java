package dev.terrarium.services.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.SnappyHadoopCompatibleOutputStream;

final class SnappyTest {
  /// What Hadoop reads is, block for block, what the reference implementation can undo.
  @Test
  void hadoopsBlocksAreReadable() throws IOException {
    var data = "abcabcabcabc-".repeat(40_000).getBytes(StandardCharsets.UTF_8);
    var out = new ByteArrayOutputStream();
    Snappy.writeHadoop(data, out);
    var bytes = java.nio.ByteBuffer.wrap(out.toByteArray());
    var read = new ByteArrayOutputStream();
    while (bytes.hasRemaining()) {
      var plain = bytes.getInt();
      var packed = new byte[bytes.getInt()];
      bytes.get(packed);
      var block = org.xerial.snappy.Snappy.uncompress(packed);
      assertThat(block).hasSize(plain);
      read.writeBytes(block);
    }
    assertThat(read.toByteArray()).isEqualTo(data);
    var theirs = new ByteArrayOutputStream();
    try (var stream = new SnappyHadoopCompatibleOutputStream(theirs)) {
      stream.write(new byte[10]);
    }
    assertThat(java.nio.ByteBuffer.wrap(theirs.toByteArray()).getInt()).isEqualTo(10);
  }

  @Test
  void randomBytesSurviveSnappy() throws IOException {
    var random = new java.util.Random(7);
    for (int length : new int[] {0, 1, 3, 4, 59, 60, 61, 255, 256, 257, 65_535, 65_536, 200_000}) {
      var data = new byte[length];
      for (int i = 0; i < length; i++) {
        data[i] = (byte) random.nextInt(random.nextBoolean() ? 2 : 256);
      }
      var packed = Snappy.compress(data, 0, length);
      assertThat(org.xerial.snappy.Snappy.uncompress(packed)).isEqualTo(data);
    }
  }
}
