package dev.terrarium.services.iam;

import dev.terrarium.kernel.Page;
import dev.terrarium.services.iam.IamStore.Named;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.AddRoleToInstanceProfileRequest;
import software.amazon.awssdk.services.iam.model.AddRoleToInstanceProfileResponse;
import software.amazon.awssdk.services.iam.model.CreateInstanceProfileRequest;
import software.amazon.awssdk.services.iam.model.CreateInstanceProfileResponse;
import software.amazon.awssdk.services.iam.model.DeleteInstanceProfileRequest;
import software.amazon.awssdk.services.iam.model.DeleteInstanceProfileResponse;
import software.amazon.awssdk.services.iam.model.GetInstanceProfileRequest;
import software.amazon.awssdk.services.iam.model.GetInstanceProfileResponse;
import software.amazon.awssdk.services.iam.model.InstanceProfile;
import software.amazon.awssdk.services.iam.model.ListInstanceProfileTagsRequest;
import software.amazon.awssdk.services.iam.model.ListInstanceProfileTagsResponse;
import software.amazon.awssdk.services.iam.model.ListInstanceProfilesForRoleRequest;
import software.amazon.awssdk.services.iam.model.ListInstanceProfilesForRoleResponse;
import software.amazon.awssdk.services.iam.model.ListInstanceProfilesRequest;
import software.amazon.awssdk.services.iam.model.ListInstanceProfilesResponse;
import software.amazon.awssdk.services.iam.model.RemoveRoleFromInstanceProfileRequest;
import software.amazon.awssdk.services.iam.model.RemoveRoleFromInstanceProfileResponse;
import software.amazon.awssdk.services.iam.model.Role;
import software.amazon.awssdk.services.iam.model.Tag;
import software.amazon.awssdk.services.iam.model.TagInstanceProfileRequest;
import software.amazon.awssdk.services.iam.model.TagInstanceProfileResponse;
import software.amazon.awssdk.services.iam.model.UntagInstanceProfileRequest;
import software.amazon.awssdk.services.iam.model.UntagInstanceProfileResponse;

/// Instance profiles. Stored with the names of their roles only; the roles are looked up when
/// shown.
final class IamInstanceProfiles implements IamPart {
  private final IamStore store;

  IamInstanceProfiles(IamStore store) {
    this.store = store;
  }

  @Override
  public CreateInstanceProfileResponse createInstanceProfile(CreateInstanceProfileRequest request) {
    var name = Check.name(request.instanceProfileName(), "instanceProfileName", 128);
    var path = Check.path(request.path());
    var profile =
        InstanceProfile.builder()
            .path(path)
            .instanceProfileName(name)
            .instanceProfileId(store.newId("AIPA"))
            .arn(IamStore.arn("instance-profile", path, name))
            .createDate(store.now())
            .roles(List.of())
            .tags(request.hasTags() ? Check.tags(request.tags()) : null)
            .build();
    store.change(batch -> {
      var key = Named.of(IamStore.account(), name);
      if (store.profiles.contains(key)) {
        throw IamErrors.alreadyExists("Instance Profile " + name + " already exists.");
      }
      store.profiles.put(batch, key, profile);
      return profile;
    });
    return CreateInstanceProfileResponse.builder().instanceProfile(profile).build();
  }

  @Override
  public GetInstanceProfileResponse getInstanceProfile(GetInstanceProfileRequest request) {
    var profile = existing(Check.name(request.instanceProfileName(), "instanceProfileName", 128));
    return GetInstanceProfileResponse.builder().instanceProfile(out(profile)).build();
  }

  @Override
  public ListInstanceProfilesResponse listInstanceProfiles(ListInstanceProfilesRequest request) {
    var prefix = request.pathPrefix() == null ? "/" : request.pathPrefix();
    var page =
        page(profile -> profile.path().startsWith(prefix), request.marker(), request.maxItems());
    return ListInstanceProfilesResponse.builder()
        .instanceProfiles(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public ListInstanceProfilesForRoleResponse listInstanceProfilesForRole(
      ListInstanceProfilesForRoleRequest request) {
    var role = store.existingRole(Check.name(request.roleName(), "roleName", 64));
    var page =
        page(
            profile -> profile.roles().stream().anyMatch(r -> r.roleName().equals(role.roleName())),
            request.marker(),
            request.maxItems());
    return ListInstanceProfilesForRoleResponse.builder()
        .instanceProfiles(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  private Page<InstanceProfile> page(
      Predicate<InstanceProfile> wanted, @Nullable String marker, @Nullable Integer maxItems) {
    var all =
        store.profiles.list(IamStore.account()).stream()
            .filter(wanted)
            .map(this::out)
            .sorted(Comparator.comparing(InstanceProfile::instanceProfileName))
            .toList();
    return Paging.of(all, InstanceProfile::instanceProfileName, marker, maxItems);
  }

  @Override
  public AddRoleToInstanceProfileResponse addRoleToInstanceProfile(
      AddRoleToInstanceProfileRequest request) {
    var roleName = Check.name(request.roleName(), "roleName", 64);
    modify(
        request.instanceProfileName(),
        profile -> {
          var role = store.existingRole(roleName);
          if (!profile.roles().isEmpty()) {
            throw IamErrors.limitExceeded("InstanceSessionsPerInstanceProfile", 1);
          }
          return profile.toBuilder()
              .roles(Role.builder().roleName(role.roleName()).build())
              .build();
        });
    return AddRoleToInstanceProfileResponse.builder().build();
  }

  @Override
  public RemoveRoleFromInstanceProfileResponse removeRoleFromInstanceProfile(
      RemoveRoleFromInstanceProfileRequest request) {
    var roleName = Check.name(request.roleName(), "roleName", 64);
    modify(
        request.instanceProfileName(),
        profile -> {
          if (profile.roles().stream().noneMatch(r -> r.roleName().equalsIgnoreCase(roleName))) {
            throw IamErrors.notFound(IamStore.role(roleName));
          }
          return profile.toBuilder().roles(List.of()).build();
        });
    return RemoveRoleFromInstanceProfileResponse.builder().build();
  }

  @Override
  public DeleteInstanceProfileResponse deleteInstanceProfile(DeleteInstanceProfileRequest request) {
    var name = Check.name(request.instanceProfileName(), "instanceProfileName", 128);
    store.change(batch -> {
      if (!existing(name).roles().isEmpty()) {
        throw IamErrors.deleteConflict(
            "Cannot delete entity, must remove roles from instance profile first.");
      }
      store.profiles.delete(batch, Named.of(IamStore.account(), name));
      return name;
    });
    return DeleteInstanceProfileResponse.builder().build();
  }

  @Override
  public TagInstanceProfileResponse tagInstanceProfile(TagInstanceProfileRequest request) {
    modify(
        request.instanceProfileName(),
        profile -> profile.toBuilder().tags(Tags.with(profile.tags(), request.tags())).build());
    return TagInstanceProfileResponse.builder().build();
  }

  @Override
  public UntagInstanceProfileResponse untagInstanceProfile(UntagInstanceProfileRequest request) {
    modify(
        request.instanceProfileName(),
        profile ->
            profile.toBuilder().tags(Tags.without(profile.tags(), request.tagKeys())).build());
    return UntagInstanceProfileResponse.builder().build();
  }

  @Override
  public ListInstanceProfileTagsResponse listInstanceProfileTags(
      ListInstanceProfileTagsRequest request) {
    var profile = existing(Check.name(request.instanceProfileName(), "instanceProfileName", 128));
    var page = Paging.of(profile.tags(), Tag::key, request.marker(), request.maxItems());
    return ListInstanceProfileTagsResponse.builder()
        .tags(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  private void modify(@Nullable String profileName, UnaryOperator<InstanceProfile> change) {
    var name = Check.name(profileName, "instanceProfileName", 128);
    store.change(batch -> {
      var changed = change.apply(existing(name));
      store.profiles.put(batch, Named.of(IamStore.account(), name), changed);
      return changed;
    });
  }

  private InstanceProfile existing(String name) {
    var profile = store.profiles.get(Named.of(IamStore.account(), name));
    if (profile == null) {
      throw IamErrors.noSuchEntity("Instance Profile " + name + " cannot be found.");
    }
    return profile;
  }

  private InstanceProfile out(InstanceProfile profile) {
    return profile.toBuilder()
        .roles(
            profile.roles().stream()
                .map(role -> IamRoles.out(store.existingRole(role.roleName()), false))
                .toList())
        .build();
  }
}
