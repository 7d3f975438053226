package dev.terrarium.services.iam;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.AttachedPermissionsBoundary;
import software.amazon.awssdk.services.iam.model.InvalidInputException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.Tag;

/// The policies that speak for a principal.
final class Identities {
  private final IamStore store;

  Identities(IamStore store) {
    this.store = store;
  }

  /// What applies to a user (with its groups), a group or a role.
  record Policies(List<PolicyEvaluator.Named> identity, List<PolicyEvaluator.Named> boundaries) {}

  /// The policies of the principal that an ARN of the current account names.
  Policies of(String arn) {
    var resource = Arn.of(arn).map(Arn::resource).orElse("");
    var name = resource.substring(resource.lastIndexOf('/') + 1);
    if (resource.startsWith("user/")) {
      var user = store.existingUser(name);
      var policies = new ArrayList<>(of(IamStore.user(name)));
      store.groupsOf(user).forEach(group -> policies.addAll(of(IamStore.group(group.groupName()))));
      return new Policies(policies, boundary(user.permissionsBoundary()));
    }
    if (resource.startsWith("group/")) {
      store.existingGroup(name);
      return new Policies(of(IamStore.group(name)), List.of());
    }
    if (resource.startsWith("assumed-role/")) {
      name = resource.split("/")[1];
    } else if (!resource.startsWith("role/")) {
      throw IamErrors.invalidInput(
          "Invalid Entity Arn: " + arn + " does not clearly define entity type and name.");
    }
    var role = store.existingRole(name);
    return new Policies(of(IamStore.role(name)), boundary(role.permissionsBoundary()));
  }

  /// What speaks for a principal of any account, and its tags; nothing if it is not there any more.
  Speaking speaking(String arn) {
    var account = Arn.of(arn).map(Arn::account).orElse("");
    var found = new AtomicReference<>(Speaking.NOTHING);
    store.cloud.as(
        "iam",
        "authorise",
        new Scope(account, "us-east-1"),
        () -> {
          try {
            found.set(new Speaking(of(arn), tags(arn)));
          } catch (NoSuchEntityException | InvalidInputException e) {
            found.set(Speaking.NOTHING);
          }
        });
    return found.get();
  }

  /// The policies and tags of a principal.
  record Speaking(Policies policies, Map<String, String> tags) {
    static final Speaking NOTHING = new Speaking(new Policies(List.of(), List.of()), Map.of());
  }

  /// A managed policy of the current account or of AWS, if it is there.
  Optional<PolicyEvaluator.Named> managed(String arn) {
    return store.document(arn).map(document -> managed(arn, document));
  }

  private Map<String, String> tags(String arn) {
    var resource = Arn.of(arn).map(Arn::resource).orElse("");
    var all = new HashMap<String, String>();
    var tags =
        resource.startsWith("user/")
            ? store.existingUser(resource.substring(resource.lastIndexOf('/') + 1)).tags()
            : resource.startsWith("assumed-role/")
                ? store.existingRole(resource.split("/")[1]).tags()
                : List.<Tag>of();
    tags.forEach(tag -> all.put(tag.key(), tag.value()));
    return all;
  }

  private List<PolicyEvaluator.Named> of(Owner owner) {
    var policies = new ArrayList<PolicyEvaluator.Named>();
    for (var name : store.inlineOf(owner)) {
      var document = store.inline.get(IamStore.Owned.of(owner, name));
      if (document != null) {
        policies.add(
            new PolicyEvaluator.Named(
                owner.kind().word + "_" + owner.name() + "_" + name,
                owner.kind().word,
                Json.parse(document)));
      }
    }
    for (var arn : store.attachedTo(owner)) {
      store.document(arn).ifPresent(document -> policies.add(managed(arn, document)));
    }
    return policies;
  }

  private List<PolicyEvaluator.Named> boundary(@Nullable AttachedPermissionsBoundary boundary) {
    if (boundary == null) {
      return List.of();
    }
    var arn = boundary.permissionsBoundaryArn();
    return store.document(arn).map(document -> List.of(managed(arn, document))).orElse(List.of());
  }

  private static PolicyEvaluator.Named managed(String arn, String document) {
    var type = arn.contains("::aws:") ? "aws-managed" : "user-managed";
    var id = arn.substring(arn.lastIndexOf('/') + 1);
    return new PolicyEvaluator.Named(id, type, Json.parse(document));
  }
}
