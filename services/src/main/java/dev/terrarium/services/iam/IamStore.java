package dev.terrarium.services.iam;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.AccessKey;
import software.amazon.awssdk.services.iam.model.Group;
import software.amazon.awssdk.services.iam.model.InstanceProfile;
import software.amazon.awssdk.services.iam.model.Policy;
import software.amazon.awssdk.services.iam.model.PolicyVersion;
import software.amazon.awssdk.services.iam.model.Role;
import software.amazon.awssdk.services.iam.model.User;

/// Everything that IAM keeps. IAM is global, so keys begin with the account and know no region.
///
/// Changes of one account are made one after the other ([#change]); an account's identities change
/// rarely.
final class IamStore {
  /// A name within an account.
  record Named(String account, String name) {
    static Named of(String account, String name) {
      return new Named(account, name.toLowerCase(Locale.ROOT));
    }
  }

  /// Something that belongs to a user, group or role.
  record Owned(String account, String kind, String owner, String name) {
    static Owned of(Owner owner, String name) {
      return new Owned(owner.account(), owner.kind().word, owner.key(), name);
    }
  }

  /// A version of a managed policy.
  record VersionKey(String account, String policy, long number) {}

  /// A customer managed policy.
  ///
  /// @param versionNext the number of the next version; numbers are never used again
  record StoredPolicy(Policy policy, long versionNext) {}

  /// An access key.
  record StoredKey(String account, AccessKey key, @Nullable Instant lastUsed) {}

  private static final KeyCodec<Named> NAMED =
      KeyCodec.of(
          (key, writer) -> writer.string(key.account).string(key.name),
          reader -> new Named(reader.string(), reader.string()));
  private static final KeyCodec<Owned> OWNED =
      KeyCodec.of(
          (key, writer) ->
              writer.string(key.account).string(key.kind).string(key.owner).string(key.name),
          reader -> new Owned(reader.string(), reader.string(), reader.string(), reader.string()));
  private static final KeyCodec<VersionKey> VERSION =
      KeyCodec.of(
          (key, writer) -> writer.string(key.account).string(key.policy).number(key.number),
          reader -> new VersionKey(reader.string(), reader.string(), reader.number()));
  private static final PojoCodec<Policy> POLICY = new PojoCodec<>(Policy::builder);
  private static final PojoCodec<AccessKey> KEY = new PojoCodec<>(AccessKey::builder);

  final Cloud cloud;
  final Keyspace<Named, Role> roles;
  final Keyspace<Named, User> users;
  final Keyspace<Named, Group> groups;
  final Keyspace<Named, StoredPolicy> policies;
  final Keyspace<VersionKey, PolicyVersion> versions;

  /// Inline policies: their documents.
  final Keyspace<Owned, String> inline;

  /// Attached managed policies, by ARN.
  final Keyspace<Owned, String> attached;

  /// The users of groups: owner is the group, name the user.
  final Keyspace<Owned, String> members;

  final Keyspace<Named, InstanceProfile> profiles;
  final Keyspace<String, StoredKey> keys;

  /// Single things of an account (alias, password policy) and providers, as text.
  final Keyspace<Named, String> settings;

  private final Locks locks = new Locks();

  IamStore(Cloud cloud) {
    this.cloud = cloud;
    var store = cloud.store();
    roles = new Keyspace<>(store, "iam.roles", NAMED, new PojoCodec<>(Role::builder));
    users = new Keyspace<>(store, "iam.users", NAMED, new PojoCodec<>(User::builder));
    groups = new Keyspace<>(store, "iam.groups", NAMED, new PojoCodec<>(Group::builder));
    policies =
        new Keyspace<>(
            store,
            "iam.policies",
            NAMED,
            Codec.of(
                1,
                (value, writer) -> {
                  POLICY.write(writer, value.policy);
                  writer.number(value.versionNext);
                },
                reader -> new StoredPolicy(POLICY.read(reader), reader.number())));
    versions =
        new Keyspace<>(store, "iam.versions", VERSION, new PojoCodec<>(PolicyVersion::builder));
    inline = new Keyspace<>(store, "iam.inline", OWNED, Codec.STRING);
    attached = new Keyspace<>(store, "iam.attached", OWNED, Codec.STRING);
    members = new Keyspace<>(store, "iam.members", OWNED, Codec.STRING);
    profiles =
        new Keyspace<>(store, "iam.profiles", NAMED, new PojoCodec<>(InstanceProfile::builder));
    keys =
        new Keyspace<>(
            store,
            "iam.keys",
            KeyCodec.STRING,
            Codec.of(
                1,
                (value, writer) -> {
                  writer.string(value.account);
                  KEY.write(writer, value.key);
                  writer.optional(value.lastUsed, (w, instant) -> w.instant(instant));
                },
                reader ->
                    new StoredKey(
                        reader.string(),
                        KEY.read(reader),
                        reader.optional(dev.terrarium.kernel.store.BinaryReader::instant))));
    settings = new Keyspace<>(store, "iam.settings", NAMED, Codec.STRING);
  }

  /// The account of the current call.
  static String account() {
    return Call.current().account();
  }

  static Owner role(String name) {
    return new Owner(account(), Owner.Kind.ROLE, name);
  }

  static Owner user(String name) {
    return new Owner(account(), Owner.Kind.USER, name);
  }

  static Owner group(String name) {
    return new Owner(account(), Owner.Kind.GROUP, name);
  }

  /// Reads, decides and commits what was put into the batch, while nobody else changes anything in
  /// the account of the current call.
  <T> T change(java.util.function.Function<Batch, T> work) {
    return locks.with(
        account(),
        () -> {
          var batch = new Batch();
          var result = work.apply(batch);
          cloud.store().commit(batch);
          return result;
        });
  }

  Role existingRole(String name) {
    return require(roles.get(Named.of(account(), name)), () -> role(name));
  }

  User existingUser(String name) {
    return require(users.get(Named.of(account(), name)), () -> user(name));
  }

  Group existingGroup(String name) {
    return require(groups.get(Named.of(account(), name)), () -> group(name));
  }

  /// Refuses what is not there, and roles that belong to AWS's services.
  void requireModifiable(Owner owner) {
    requireExists(owner);
    if (owner.kind() == Owner.Kind.ROLE) {
      var role = roles.get(new Named(owner.account(), owner.key()));
      if (role != null && role.path().startsWith("/aws-service-role/")) {
        throw IamErrors.unmodifiable(role.roleName());
      }
    }
  }

  void requireExists(Owner owner) {
    var there =
        switch (owner.kind()) {
          case ROLE -> roles.contains(new Named(owner.account(), owner.key()));
          case USER -> users.contains(new Named(owner.account(), owner.key()));
          case GROUP -> groups.contains(new Named(owner.account(), owner.key()));
        };
    if (!there) {
      throw IamErrors.notFound(owner);
    }
  }

  private static <T> T require(@Nullable T found, Supplier<Owner> owner) {
    if (found == null) {
      throw IamErrors.notFound(owner.get());
    }
    return found;
  }

  /// The ARNs of the managed policies of an owner.
  List<String> attachedTo(Owner owner) {
    return names(attached, owner);
  }

  /// The names of the inline policies of an owner.
  List<String> inlineOf(Owner owner) {
    return names(inline, owner);
  }

  /// The names of the users of a group.
  List<String> membersOf(Owner group) {
    return members.list(group.account(), group.kind().word, group.key());
  }

  /// The groups of a user.
  List<Group> groupsOf(User user) {
    var found = new ArrayList<Group>();
    for (var group : groups.list(account())) {
      if (membersOf(group(group.groupName())).contains(user.userName())) {
        found.add(group);
      }
    }
    return found;
  }

  private static List<String> names(Keyspace<Owned, String> keyspace, Owner owner) {
    var found = new ArrayList<String>();
    keyspace.scan(
        (key, value) -> found.add(key.name), owner.account(), owner.kind().word, owner.key());
    return found;
  }

  /// The document of the default version of a managed policy, AWS's or the account's.
  Optional<String> document(String policyArn) {
    var managed = ManagedPolicies.document(policyArn);
    if (managed.isPresent()) {
      return managed;
    }
    var stored = policies.get(policyKey(policyArn));
    if (stored == null) {
      return Optional.empty();
    }
    var number = Long.parseLong(stored.policy.defaultVersionId().substring(1));
    var version = versions.get(new VersionKey(account(), policyKey(policyArn).name, number));
    return Optional.ofNullable(version).map(PolicyVersion::document);
  }

  /// The key of a policy of the account: its name is unique whatever its path.
  static Named policyKey(String policyArn) {
    var resource = policyArn.substring(policyArn.lastIndexOf(':') + 1);
    return Named.of(account(), resource.substring(resource.lastIndexOf('/') + 1));
  }

  /// The ARN of something of IAM in the current account.
  static String arn(String kind, String path, String name) {
    var call = Call.current();
    return "arn:%s:iam::%s:%s%s%s"
        .formatted(call.scope().partition(), call.account(), kind, path, name);
  }

  String newId(String prefix) {
    return prefix + cloud.ids().base32(17);
  }

  /// IAM's times are whole seconds.
  Instant now() {
    return cloud.clock().now().truncatedTo(ChronoUnit.SECONDS);
  }

  /// A document as IAM returns it: URL-encoded as in RFC 3986.
  static String encoded(String document) {
    return URLEncoder.encode(document, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }
}
