package dev.terrarium.kernel;

import dev.terrarium.kernel.store.Blobs;
import dev.terrarium.kernel.store.Store;
import dev.terrarium.kernel.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/// What a cloud is made of.
public final class CloudBuilder {
  @Nullable Store store;
  @Nullable Blobs blobs;
  Clock clock = new Clock();
  Ids ids = new Ids();
  Scope defaultScope = Cloud.DEFAULT_SCOPE;
  List<ServicePackage> packages = found();

  CloudBuilder() {}

  private static List<ServicePackage> found() {
    var found = new ArrayList<ServicePackage>();
    ServiceLoader.load(ServicePackage.class).forEach(found::add);
    return found;
  }

  /// Where state is; in memory if not said.
  public CloudBuilder store(Store engine) {
    this.store = engine;
    return this;
  }

  /// Where large bodies are; in a temporary folder if not said.
  public CloudBuilder blobs(Blobs engine) {
    this.blobs = engine;
    return this;
  }

  /// The clock; the machine's if not said.
  public CloudBuilder clock(Clock replacement) {
    this.clock = replacement;
    return this;
  }

  /// Where ids come from; unguessable if not said.
  public CloudBuilder ids(Ids source) {
    this.ids = source;
    return this;
  }

  /// The account and region of callers that name none; 000000000000 in us-east-1 if not said.
  public CloudBuilder defaultScope(Scope scope) {
    this.defaultScope = scope;
    return this;
  }

  /// The services; everything on the class path if not said.
  public CloudBuilder packages(List<? extends ServicePackage> definitions) {
    this.packages = List.copyOf(definitions);
    return this;
  }

  /// The cloud, running.
  public Cloud build() {
    var cloud = new Cloud(this);
    cloud.timers().start();
    return cloud;
  }
}
