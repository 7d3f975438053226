package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.ApplicationInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentConfigInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentGroupInfo;
import software.amazon.awssdk.services.codedeploy.model.RevisionInfo;

/// Everything that CodeDeploy keeps. All changes of an account in a region are made one after the
/// other: they are few.
final class DeployStore {
  final Cloud cloud;
  final Keyspace<DeployKey, ApplicationInfo> applications;
  final Keyspace<DeployKey, DeploymentGroupInfo> groups;
  final Keyspace<DeployKey, DeploymentConfigInfo> configs;
  final Keyspace<DeployKey, RevisionInfo> revisions;
  final Keyspace<DeployKey, Deployment> deployments;

  /// The deployment that goes on, of each group that has one.
  final Keyspace<DeployKey, String> active;

  /// By the ARN of what bears them.
  final Keyspace<String, Map<String, String>> tags;

  private final Locks locks = new Locks();

  DeployStore(Cloud cloud) {
    this.cloud = cloud;
    this.applications = keyspace("applications", new PojoCodec<>(ApplicationInfo::builder));
    this.groups = keyspace("groups", new PojoCodec<>(DeploymentGroupInfo::builder));
    this.configs = keyspace("configs", new PojoCodec<>(DeploymentConfigInfo::builder));
    this.revisions = keyspace("revisions", new PojoCodec<>(RevisionInfo::builder));
    this.deployments = keyspace("deployments", Deployment.CODEC);
    this.active = keyspace("active", Codec.STRING);
    this.tags =
        new Keyspace<>(
            cloud.store(),
            "codedeploy.tags",
            KeyCodec.STRING,
            Codec.of(1, (tags, writer) -> writer.strings(tags), BinaryReader::strings));
  }

  private <V> Keyspace<DeployKey, V> keyspace(String kind, Codec<V> codec) {
    return new Keyspace<>(cloud.store(), "codedeploy." + kind, DeployKey.CODEC, codec);
  }

  static Scope scope() {
    return Call.current().scope();
  }

  static DeployKey key(String name) {
    return DeployKey.of(scope(), name);
  }

  static DeployKey key(String application, String name) {
    return DeployKey.of(scope(), application, name);
  }

  /// Everything of the caller's, or of one of their applications.
  <V> List<V> list(Keyspace<DeployKey, V> keyspace, String application) {
    return keyspace.list(scope().account(), scope().region(), application);
  }

  /// Changes what is kept while nobody else of the scope does, all at once.
  <T> T change(Scope scope, Function<Batch, T> work) {
    return locks.with(
        scope,
        () -> {
          var batch = new Batch();
          var result = work.apply(batch);
          cloud.store().commit(batch);
          return result;
        });
  }

  /// As [#change], for the caller's scope.
  void change(Consumer<Batch> work) {
    boolean _ =
        change(
            scope(),
            batch -> {
              work.accept(batch);
              return true;
            });
  }

  ApplicationInfo application(String name) {
    var found = applications.get(key(name));
    if (found == null) {
      throw DeployErrors.noApplication(name);
    }
    return found;
  }

  /// A group; that its application is there is told first.
  DeploymentGroupInfo group(String application, String name) {
    application(application);
    var found = groups.get(key(application, name));
    if (found == null) {
      throw DeployErrors.noGroup(name);
    }
    return found;
  }

  /// A configuration, predefined or not, or null.
  @Nullable DeploymentConfigInfo findConfig(Scope scope, String name) {
    var predefined = PredefinedConfigs.ALL.get(name);
    return predefined == null ? configs.get(DeployKey.of(scope, name)) : predefined;
  }

  DeploymentConfigInfo config(String name) {
    var found = findConfig(scope(), name);
    if (found == null) {
      throw DeployErrors.noConfig(name);
    }
    return found;
  }

  Deployment deployment(@Nullable String id) {
    var found = deployments.get(key(DeployErrors.deploymentId(id)));
    if (found == null) {
      throw DeployErrors.noDeployment(String.valueOf(id));
    }
    return found;
  }

  /// Stores a deployment when the batch commits, and tells those who wait for it.
  void put(Batch batch, DeployKey key, Deployment deployment) {
    var state = StateChanges.state(deployment);
    if (state != null && !state.equals(StateChanges.state(deployments.get(key)))) {
      cloud.announce(batch, () -> StateChanges.of(key, deployment, state));
    }
    deployments.put(batch, key, deployment);
    batch.afterCommit(() -> cloud.signals().signal(key.signal()));
  }

  /// Changes a deployment, unless it has ended or is gone.
  void update(DeployKey key, UnaryOperator<Deployment> change) {
    boolean _ =
        change(
            key.scope(),
            batch -> {
              var before = deployments.get(key);
              if (before != null && !before.isEnded()) {
                put(batch, key, change.apply(before));
              }
              return true;
            });
  }
}
