package dev.terrarium.services.iam;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.iam.IamStore.Named;
import dev.terrarium.services.iam.IamStore.Owned;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.AttachedPermissionsBoundary;
import software.amazon.awssdk.services.iam.model.CreateUserRequest;
import software.amazon.awssdk.services.iam.model.CreateUserResponse;
import software.amazon.awssdk.services.iam.model.DeleteUserPermissionsBoundaryRequest;
import software.amazon.awssdk.services.iam.model.DeleteUserPermissionsBoundaryResponse;
import software.amazon.awssdk.services.iam.model.DeleteUserRequest;
import software.amazon.awssdk.services.iam.model.DeleteUserResponse;
import software.amazon.awssdk.services.iam.model.GetUserRequest;
import software.amazon.awssdk.services.iam.model.GetUserResponse;
import software.amazon.awssdk.services.iam.model.ListUserTagsRequest;
import software.amazon.awssdk.services.iam.model.ListUserTagsResponse;
import software.amazon.awssdk.services.iam.model.ListUsersRequest;
import software.amazon.awssdk.services.iam.model.ListUsersResponse;
import software.amazon.awssdk.services.iam.model.PutUserPermissionsBoundaryRequest;
import software.amazon.awssdk.services.iam.model.PutUserPermissionsBoundaryResponse;
import software.amazon.awssdk.services.iam.model.Tag;
import software.amazon.awssdk.services.iam.model.TagUserRequest;
import software.amazon.awssdk.services.iam.model.TagUserResponse;
import software.amazon.awssdk.services.iam.model.UntagUserRequest;
import software.amazon.awssdk.services.iam.model.UntagUserResponse;
import software.amazon.awssdk.services.iam.model.UpdateUserRequest;
import software.amazon.awssdk.services.iam.model.UpdateUserResponse;
import software.amazon.awssdk.services.iam.model.User;

/// Users.
final class IamUsers implements IamPart {
  private final IamStore store;
  private final UnaryOperator<String> left;

  /// @param left tells what else must be taken from a user first, or nothing
  IamUsers(IamStore store, UnaryOperator<String> left) {
    this.store = store;
    this.left = left;
  }

  @Override
  public CreateUserResponse createUser(CreateUserRequest request) {
    var name = Check.name(request.userName(), "userName", 64);
    var path = Check.path(request.path());
    var user =
        User.builder()
            .path(path)
            .userName(name)
            .userId(store.newId("AIDA"))
            .arn(IamStore.arn("user", path, name))
            .createDate(store.now())
            .permissionsBoundary(IamRoles.boundary(store, request.permissionsBoundary()))
            .tags(request.hasTags() ? Check.tags(request.tags()) : null)
            .build();
    store.change(batch -> {
      var key = Named.of(IamStore.account(), name);
      if (store.users.contains(key)) {
        throw IamErrors.alreadyExists("User with name " + name + " already exists.");
      }
      store.users.put(batch, key, user);
      return user;
    });
    return CreateUserResponse.builder().user(user).build();
  }

  @Override
  public GetUserResponse getUser(GetUserRequest request) {
    if (request.userName() == null) {
      return GetUserResponse.builder().user(caller()).build();
    }
    var name = Check.name(request.userName(), "userName", 128);
    return GetUserResponse.builder().user(store.existingUser(name)).build();
  }

  /// Without a name it is about whoever asks.
  private User caller() {
    var principal = Call.current().principal();
    var arn = principal.arn();
    if (arn.contains(":user/")) {
      return store.existingUser(arn.substring(arn.lastIndexOf('/') + 1));
    }
    if (arn.endsWith(":root")) {
      return User.builder()
          .path("/")
          .userId(principal.account())
          .arn(arn)
          .createDate(store.now())
          .build();
    }
    throw IamErrors.validation("Must specify userName when calling with non-User credentials");
  }

  @Override
  public ListUsersResponse listUsers(ListUsersRequest request) {
    var prefix = request.pathPrefix() == null ? "/" : request.pathPrefix();
    var all =
        store.users.list(IamStore.account()).stream()
            .filter(user -> user.path().startsWith(prefix))
            .sorted(Comparator.comparing(User::userName))
            .toList();
    var page = Paging.of(all, User::userName, request.marker(), request.maxItems());
    return ListUsersResponse.builder()
        .users(page.items().stream().map(IamUsers::listed).toList())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public UpdateUserResponse updateUser(UpdateUserRequest request) {
    var name = Check.name(request.userName(), "userName", 128);
    store.change(batch -> {
      var user = store.existingUser(name);
      var newName =
          request.newUserName() == null
              ? user.userName()
              : Check.name(request.newUserName(), "newUserName", 64);
      var path = request.newPath() == null ? user.path() : Check.path(request.newPath());
      var key = Named.of(IamStore.account(), newName);
      if (!newName.equalsIgnoreCase(user.userName()) && store.users.contains(key)) {
        throw IamErrors.alreadyExists("User with name " + newName + " already exists.");
      }
      var changed =
          user.toBuilder()
              .userName(newName)
              .path(path)
              .arn(IamStore.arn("user", path, newName))
              .build();
      store.users.delete(batch, Named.of(IamStore.account(), name));
      store.users.put(batch, key, changed);
      if (!newName.equals(user.userName())) {
        rename(batch, user, changed);
      }
      return changed;
    });
    return UpdateUserResponse.builder().build();
  }

  private void rename(Batch batch, User from, User to) {
    var old = IamStore.user(from.userName());
    var now = IamStore.user(to.userName());
    for (var keyspace : List.of(store.inline, store.attached)) {
      keyspace.scan(
          (key, value) -> {
            keyspace.delete(batch, key);
            keyspace.put(batch, Owned.of(now, key.name()), value);
            return true;
          },
          old.account(),
          old.kind().word,
          old.key());
    }
    for (var group : store.groupsOf(from)) {
      var owner = IamStore.group(group.groupName());
      store.members.delete(batch, Owned.of(owner, old.key()));
      store.members.put(batch, Owned.of(owner, now.key()), to.userName());
    }
    IamLogins.rename(store, batch, from.userName(), to.userName());
    for (var key : store.keys.list()) {
      if (key.account().equals(old.account()) && key.key().userName().equals(from.userName())) {
        var renamed = key.key().toBuilder().userName(to.userName()).build();
        store.keys.put(
            batch,
            renamed.accessKeyId(),
            new IamStore.StoredKey(key.account(), renamed, key.lastUsed()));
      }
    }
  }

  @Override
  public DeleteUserResponse deleteUser(DeleteUserRequest request) {
    var name = Check.name(request.userName(), "userName", 128);
    store.change(batch -> {
      var user = store.existingUser(name);
      var owner = IamStore.user(name);
      if (!store.groupsOf(user).isEmpty()) {
        throw IamErrors.deleteConflict("Cannot delete entity, must remove users from group first.");
      }
      if (!store.attachedTo(owner).isEmpty()) {
        throw IamErrors.deleteConflict("Cannot delete entity, must detach all policies first.");
      }
      if (!store.inlineOf(owner).isEmpty()) {
        throw IamErrors.deleteConflict("Cannot delete entity, must delete policies first.");
      }
      if (!IamAccessKeys.of(store, user.userName()).isEmpty()) {
        throw IamErrors.deleteConflict("Cannot delete entity, must delete access keys first.");
      }
      if (store.settings.contains(IamLogins.loginKey(user.userName()))) {
        throw IamErrors.deleteConflict("Cannot delete entity, must delete login profile first.");
      }
      var first = left.apply(user.userName());
      if (!first.isEmpty()) {
        throw IamErrors.deleteConflict(first);
      }
      store.users.delete(batch, Named.of(IamStore.account(), name));
      return user;
    });
    return DeleteUserResponse.builder().build();
  }

  @Override
  public PutUserPermissionsBoundaryResponse putUserPermissionsBoundary(
      PutUserPermissionsBoundaryRequest request) {
    var boundary =
        IamRoles.boundary(
            store, Check.required(request.permissionsBoundary(), "permissionsBoundary"));
    modify(request.userName(), user -> user.permissionsBoundary(boundary));
    return PutUserPermissionsBoundaryResponse.builder().build();
  }

  @Override
  public DeleteUserPermissionsBoundaryResponse deleteUserPermissionsBoundary(
      DeleteUserPermissionsBoundaryRequest request) {
    modify(
        request.userName(), user -> user.permissionsBoundary((AttachedPermissionsBoundary) null));
    return DeleteUserPermissionsBoundaryResponse.builder().build();
  }

  @Override
  public TagUserResponse tagUser(TagUserRequest request) {
    modify(request.userName(), user -> user.tags(Tags.with(user.build().tags(), request.tags())));
    return TagUserResponse.builder().build();
  }

  @Override
  public UntagUserResponse untagUser(UntagUserRequest request) {
    modify(
        request.userName(),
        user -> user.tags(Tags.without(user.build().tags(), request.tagKeys())));
    return UntagUserResponse.builder().build();
  }

  @Override
  public ListUserTagsResponse listUserTags(ListUserTagsRequest request) {
    var user = store.existingUser(Check.name(request.userName(), "userName", 128));
    var page = Paging.of(user.tags(), Tag::key, request.marker(), request.maxItems());
    return ListUserTagsResponse.builder()
        .tags(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  /// A user as lists show it.
  static User listed(User user) {
    return user.toBuilder()
        .tags((List<Tag>) null)
        .permissionsBoundary((AttachedPermissionsBoundary) null)
        .build();
  }

  private void modify(@Nullable String userName, UnaryOperator<User.Builder> change) {
    var name = Check.name(userName, "userName", 128);
    store.change(batch -> {
      var user = change.apply(store.existingUser(name).toBuilder()).build();
      store.users.put(batch, Named.of(IamStore.account(), name), user);
      return user;
    });
  }
}
