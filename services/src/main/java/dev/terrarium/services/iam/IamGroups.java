package dev.terrarium.services.iam;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.iam.IamStore.Named;
import dev.terrarium.services.iam.IamStore.Owned;
import java.util.Comparator;
import java.util.List;
import software.amazon.awssdk.services.iam.model.AddUserToGroupRequest;
import software.amazon.awssdk.services.iam.model.AddUserToGroupResponse;
import software.amazon.awssdk.services.iam.model.CreateGroupRequest;
import software.amazon.awssdk.services.iam.model.CreateGroupResponse;
import software.amazon.awssdk.services.iam.model.DeleteGroupRequest;
import software.amazon.awssdk.services.iam.model.DeleteGroupResponse;
import software.amazon.awssdk.services.iam.model.GetGroupRequest;
import software.amazon.awssdk.services.iam.model.GetGroupResponse;
import software.amazon.awssdk.services.iam.model.Group;
import software.amazon.awssdk.services.iam.model.ListGroupsForUserRequest;
import software.amazon.awssdk.services.iam.model.ListGroupsForUserResponse;
import software.amazon.awssdk.services.iam.model.ListGroupsRequest;
import software.amazon.awssdk.services.iam.model.ListGroupsResponse;
import software.amazon.awssdk.services.iam.model.RemoveUserFromGroupRequest;
import software.amazon.awssdk.services.iam.model.RemoveUserFromGroupResponse;
import software.amazon.awssdk.services.iam.model.UpdateGroupRequest;
import software.amazon.awssdk.services.iam.model.UpdateGroupResponse;
import software.amazon.awssdk.services.iam.model.User;

/// Groups and who is in them.
final class IamGroups implements IamPart {
  private static final int GROUPS_PER_USER_MAX = 10;

  private final IamStore store;

  IamGroups(IamStore store) {
    this.store = store;
  }

  @Override
  public CreateGroupResponse createGroup(CreateGroupRequest request) {
    var name = Check.name(request.groupName(), "groupName", 128);
    var path = Check.path(request.path());
    var group =
        Group.builder()
            .path(path)
            .groupName(name)
            .groupId(store.newId("AGPA"))
            .arn(IamStore.arn("group", path, name))
            .createDate(store.now())
            .build();
    store.change(batch -> {
      var key = Named.of(IamStore.account(), name);
      if (store.groups.contains(key)) {
        throw IamErrors.alreadyExists("Group with name " + name + " already exists.");
      }
      store.groups.put(batch, key, group);
      return group;
    });
    return CreateGroupResponse.builder().group(group).build();
  }

  @Override
  public GetGroupResponse getGroup(GetGroupRequest request) {
    var name = Check.name(request.groupName(), "groupName", 128);
    var group = store.existingGroup(name);
    var users = store.membersOf(IamStore.group(name)).stream().map(store::existingUser).toList();
    var page = Paging.of(users, User::userName, request.marker(), request.maxItems());
    return GetGroupResponse.builder()
        .group(group)
        .users(page.items().stream().map(IamUsers::listed).toList())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public ListGroupsResponse listGroups(ListGroupsRequest request) {
    var prefix = request.pathPrefix() == null ? "/" : request.pathPrefix();
    var all =
        store.groups.list(IamStore.account()).stream()
            .filter(group -> group.path().startsWith(prefix))
            .sorted(Comparator.comparing(Group::groupName))
            .toList();
    var page = Paging.of(all, Group::groupName, request.marker(), request.maxItems());
    return ListGroupsResponse.builder()
        .groups(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public ListGroupsForUserResponse listGroupsForUser(ListGroupsForUserRequest request) {
    var user = store.existingUser(Check.name(request.userName(), "userName", 128));
    var all = store.groupsOf(user).stream().sorted(Comparator.comparing(Group::groupName)).toList();
    var page = Paging.of(all, Group::groupName, request.marker(), request.maxItems());
    return ListGroupsForUserResponse.builder()
        .groups(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public AddUserToGroupResponse addUserToGroup(AddUserToGroupRequest request) {
    var groupName = Check.name(request.groupName(), "groupName", 128);
    var userName = Check.name(request.userName(), "userName", 128);
    store.change(batch -> {
      store.existingGroup(groupName);
      var user = store.existingUser(userName);
      var groups = store.groupsOf(user);
      if (groups.size() >= GROUPS_PER_USER_MAX
          && groups.stream().noneMatch(g -> g.groupName().equalsIgnoreCase(groupName))) {
        throw IamErrors.limitExceeded("GroupsPerUser", GROUPS_PER_USER_MAX);
      }
      var key = Owned.of(IamStore.group(groupName), IamStore.user(userName).key());
      store.members.put(batch, key, user.userName());
      return user;
    });
    return AddUserToGroupResponse.builder().build();
  }

  @Override
  public RemoveUserFromGroupResponse removeUserFromGroup(RemoveUserFromGroupRequest request) {
    var groupName = Check.name(request.groupName(), "groupName", 128);
    var userName = Check.name(request.userName(), "userName", 128);
    store.change(batch -> {
      store.existingGroup(groupName);
      var user = store.existingUser(userName);
      var key = Owned.of(IamStore.group(groupName), IamStore.user(userName).key());
      store.members.delete(batch, key);
      return user;
    });
    return RemoveUserFromGroupResponse.builder().build();
  }

  @Override
  public UpdateGroupResponse updateGroup(UpdateGroupRequest request) {
    var name = Check.name(request.groupName(), "groupName", 128);
    store.change(batch -> {
      var group = store.existingGroup(name);
      var newName =
          request.newGroupName() == null
              ? group.groupName()
              : Check.name(request.newGroupName(), "newGroupName", 128);
      var path = request.newPath() == null ? group.path() : Check.path(request.newPath());
      var key = Named.of(IamStore.account(), newName);
      if (!newName.equalsIgnoreCase(name) && store.groups.contains(key)) {
        throw IamErrors.alreadyExists("Group with name " + newName + " already exists.");
      }
      var changed =
          group.toBuilder()
              .groupName(newName)
              .path(path)
              .arn(IamStore.arn("group", path, newName))
              .build();
      store.groups.delete(batch, Named.of(IamStore.account(), name));
      store.groups.put(batch, key, changed);
      rename(batch, IamStore.group(name), IamStore.group(newName));
      return changed;
    });
    return UpdateGroupResponse.builder().build();
  }

  private void rename(Batch batch, Owner old, Owner now) {
    for (var keyspace : List.of(store.inline, store.attached, store.members)) {
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
  }

  @Override
  public DeleteGroupResponse deleteGroup(DeleteGroupRequest request) {
    var name = Check.name(request.groupName(), "groupName", 128);
    store.change(batch -> {
      var group = store.existingGroup(name);
      var owner = IamStore.group(name);
      if (!store.membersOf(owner).isEmpty()) {
        throw IamErrors.deleteConflict("Cannot delete entity, must remove users from group first.");
      }
      if (!store.attachedTo(owner).isEmpty()) {
        throw IamErrors.deleteConflict("Cannot delete entity, must detach all policies first.");
      }
      if (!store.inlineOf(owner).isEmpty()) {
        throw IamErrors.deleteConflict("Cannot delete entity, must delete policies first.");
      }
      store.groups.delete(batch, Named.of(IamStore.account(), name));
      return group;
    });
    return DeleteGroupResponse.builder().build();
  }
}
