package dev.terrarium.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.systems.Clients;
import java.net.URI;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;

/// What AWS's own clients send by default.
class StockClientTest {
  @Test
  void anObjectArrivesInSignedChunksWithItsChecksumBehind() {
    try (var daemon =
        new Daemon(new Daemon.Settings(null, "127.0.0.1", 0, false, Cloud.DEFAULT_SCOPE))) {
      var s3 = new Clients(URI.create("http://localhost:" + daemon.port())).s3;
      s3.createBucket(create -> create.bucket("bucket"));
      var put = s3.putObject(p -> p.bucket("bucket").key("key"), RequestBody.fromString("hello"));
      assertThat(put.checksumCRC32()).isEqualTo("NhCmhg==");
      assertThat(s3.getObjectAsBytes(get -> get.bucket("bucket").key("key")).asUtf8String())
          .isEqualTo("hello");
    }
  }

  @Test
  void anObjectThatWasPutCompressedStaysSo() {
    try (var daemon =
        new Daemon(new Daemon.Settings(null, "127.0.0.1", 0, false, Cloud.DEFAULT_SCOPE))) {
      var s3 = new Clients(URI.create("http://localhost:" + daemon.port())).s3;
      s3.createBucket(create -> create.bucket("bucket"));
      s3.putObject(
          p -> p.bucket("bucket").key("key").contentEncoding("br"),
          RequestBody.fromString("hello"));
      assertThat(s3.headObject(head -> head.bucket("bucket").key("key")).contentEncoding())
          .isEqualTo("br");
    }
  }
}
