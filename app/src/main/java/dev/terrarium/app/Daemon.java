package dev.terrarium.app;

import dev.terrarium.engines.rocksdb.RocksStore;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Credentials;
import dev.terrarium.kernel.Ids;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.FileBlobs;
import dev.terrarium.wire.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A cloud that listens on a port.
public final class Daemon implements AutoCloseable {
  /// How a daemon is to run.
  ///
  /// @param data where everything is kept, or null for memory only
  /// @param host the address to listen on
  /// @param port 0 for any free one
  /// @param enforce whether signatures are verified
  /// @param scope the account and region of callers who name none
  public record Settings(
      @Nullable Path data, String host, int port, boolean enforce, Scope scope) {}

  private final Cloud cloud;
  private final HttpServer server;
  private final @Nullable TraceExport export;

  /// Starts.
  public Daemon(Settings settings) {
    var builder = Cloud.builder().defaultScope(settings.scope());
    var data = settings.data();
    if (data != null) {
      var ids = new Ids();
      try {
        SnapshotCommand.checkWhole(data);
        builder.store(new RocksStore(data));
        builder.blobs(new FileBlobs(data.resolve("blobs"), true, () -> ids.hex(32)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    this.cloud = builder.build();
    cloud.credentials().add("root", rootKey(settings.scope()));
    this.server =
        new HttpServer(
            cloud,
            settings.host(),
            settings.port(),
            settings.enforce(),
            data == null ? null : data.resolve("snapshots"));
    this.export = TraceExport.of(cloud.trace(), System.getenv());
    cloud.resume();
  }

  /// The access key with which everything begins: `TERRARIUM_ROOT_ACCESS_KEY_ID` and
  /// `TERRARIUM_ROOT_SECRET_ACCESS_KEY`, or `test` and `test`.
  private static Credentials rootKey(Scope scope) {
    var id = System.getenv().getOrDefault("TERRARIUM_ROOT_ACCESS_KEY_ID", "test");
    var secret = System.getenv().getOrDefault("TERRARIUM_ROOT_SECRET_ACCESS_KEY", "test");
    var principal =
        new Principal(
            scope.account(),
            "arn:" + scope.partition() + ":iam::" + scope.account() + ":root",
            scope.account(),
            id);
    var root = new Credentials.Resolved(secret, "", principal, null);
    return key -> key.equals(id) ? Optional.of(root) : Optional.empty();
  }

  /// The cloud.
  public Cloud cloud() {
    return cloud;
  }

  /// The port that it listens on.
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
    cloud.close();
    if (export != null) {
      export.close();
    }
  }
}
