package dev.terrarium.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

@Timeout(90)
final class SnapshotTest {
  @TempDir Path folder = Path.of("");

  private static Daemon daemon(Path data) {
    return new Daemon(new Daemon.Settings(data, "127.0.0.1", 0, false, Cloud.DEFAULT_SCOPE));
  }

  private static int terrarium(int port, Path data, String... args) {
    var all = new String[args.length + 3];
    System.arraycopy(args, 0, all, 0, args.length);
    all[args.length] = "--port=" + port;
    all[args.length + 1] = "--data";
    all[args.length + 2] = data.toString();
    return Main.execute(new PrintWriter(new StringWriter(), true), all);
  }

  private static S3Client s3(Daemon daemon) {
    return daemon.cloud().client(S3Client.class);
  }

  private static void put(Daemon daemon, String key) {
    s3(daemon)
        .putObject(b -> b.bucket("data").key(key), RequestBody.fromString("x".repeat(50_000)));
  }

  private static String keys(Daemon daemon) {
    var keys = s3(daemon).listObjectsV2(b -> b.bucket("data")).contents();
    keys.forEach(o ->
        assertThat(
                s3(daemon).getObjectAsBytes(b -> b.bucket("data").key(o.key())).asByteArrayUnsafe())
            .hasSize(50_000));
    return String.join(" ", keys.stream().map(S3Object::key).toList());
  }

  @Test
  void aForkHasAllThatWasAndGoesItsOwnWay() {
    var data = folder.resolve("data");
    var fork = folder.resolve("fork");
    var daemon = daemon(data);
    try {
      s3(daemon).createBucket(b -> b.bucket("data"));
      put(daemon, "before");
      assertThat(terrarium(daemon.port(), data, "snapshot", "fork", fork.toString())).isZero();
      assertThat(terrarium(daemon.port(), data, "snapshot", "fork", fork.toString())).isEqualTo(1);
      assertThat(data.resolve("snapshots")).isEmptyDirectory();
      put(daemon, "here");
      var other = daemon(fork);
      try {
        put(other, "there");
        s3(other).deleteObject(b -> b.bucket("data").key("before"));
        assertThat(keys(other)).isEqualTo("there");
      } finally {
        other.close();
      }
      assertThat(keys(daemon)).isEqualTo("before here");
    } finally {
      daemon.close();
    }
  }

  @Test
  void whatWasSavedComesBack() throws IOException {
    var data = folder.resolve("data");
    var daemon = daemon(data);
    s3(daemon).createBucket(b -> b.bucket("data"));
    put(daemon, "before");
    assertThat(terrarium(daemon.port(), data, "snapshot", "save", "one")).isZero();
    put(daemon, "after");
    var port = daemon.port();
    daemon.close();
    assertThat(terrarium(port, data, "snapshot", "restore", "none")).isEqualTo(1);
    Files.writeString(data.resolve("restoring"), "one");
    assertThatThrownBy(() -> daemon(data)).hasMessageContaining("snapshot restore one");
    assertThat(terrarium(port, data, "snapshot", "restore", "one")).isZero();
    var next = daemon(data);
    try {
      assertThat(keys(next)).isEqualTo("before");
    } finally {
      next.close();
    }
  }
}
