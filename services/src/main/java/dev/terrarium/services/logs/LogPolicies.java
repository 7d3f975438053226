package dev.terrarium.services.logs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.*;

/// Policies of resources, of accounts, of indexes.
///
/// Of account policies, subscription filters are carried out and field indexes kept, for they only
/// make queries faster. The other kinds are refused by name.
final class LogPolicies implements LogsPart {
  private static final int POLICIES_MAX = 10;
  private static final int DOCUMENT_MAX = 5120;
  private static final int FIELDS_MAX = 20;

  private final Cloud cloud;
  private final LogsState state;
  private final Kept<ResourcePolicy> resources;
  private final Kept<IndexPolicy> indexes;

  LogPolicies(Cloud cloud, LogsState state) {
    this.cloud = cloud;
    this.state = state;
    this.resources = new Kept<>(cloud.store(), "logs.resourcePolicies", ResourcePolicy::builder);
    this.indexes = new Kept<>(cloud.store(), "logs.indexPolicies", IndexPolicy::builder);
  }

  static JsonNode document(@Nullable String text, String problem) {
    if (text == null) {
      throw LogsErrors.missing("policyDocument");
    }
    try {
      var tree = Json.parse(text);
      if (tree.isObject()) {
        return tree;
      }
    } catch (IllegalArgumentException e) {
      throw LogsErrors.invalid(problem);
    }
    throw LogsErrors.invalid(problem);
  }

  @Override
  public PutResourcePolicyResponse putResourcePolicy(PutResourcePolicyRequest request) {
    var ofResource = request.resourceArn() != null;
    var name = ofResource ? request.resourceArn() : request.policyName();
    if (name == null) {
      throw LogsErrors.missing("policyName");
    }
    var tree = document(request.policyDocument(), "Invalid JSON in policy document");
    if (!tree.has("Statement")) {
      throw LogsErrors.invalid("Syntax errors in policy.");
    } else if (request.policyDocument().length() > DOCUMENT_MAX) {
      throw LogsErrors.constraint(
          "policyDocument",
          request.policyDocument(),
          "have length less than or equal to " + DOCUMENT_MAX);
    }
    var there = resources.get(name);
    checkRevision(there, request.expectedRevisionId());
    var ofAccount = resources.list().stream().filter(p -> p.resourceArn() == null).count();
    if (there == null && !ofResource && ofAccount >= POLICIES_MAX) {
      throw LogsErrors.limit("Resource limit exceeded.");
    }
    var policy =
        ResourcePolicy.builder()
            .policyName(request.policyName())
            .policyDocument(request.policyDocument())
            .lastUpdatedTime(cloud.clock().millis())
            .policyScope(ofResource ? PolicyScope.RESOURCE : PolicyScope.ACCOUNT)
            .resourceArn(request.resourceArn())
            .revisionId(ofResource ? cloud.ids().hex(16) : null)
            .build();
    resources.put(name, policy);
    return PutResourcePolicyResponse.builder()
        .resourcePolicy(policy)
        .revisionId(policy.revisionId())
        .build();
  }

  private static void checkRevision(@Nullable ResourcePolicy there, @Nullable String expected) {
    if (expected != null && (there == null || !expected.equals(there.revisionId()))) {
      throw LogsErrors.invalid("The expected revision id does not match that of the policy.");
    }
  }

  @Override
  public DescribeResourcePoliciesResponse describeResourcePolicies(
      DescribeResourcePoliciesRequest request) {
    var wanted = request.resourceArn();
    var ofResource = wanted != null || request.policyScope() == PolicyScope.RESOURCE;
    var found =
        resources.list().stream()
            .filter(policy ->
                ofResource == (policy.resourceArn() != null)
                    && (wanted == null || wanted.equals(policy.resourceArn())))
            .toList();
    var page = Pages.of(found, request.nextToken(), request.limit(), 50);
    return DescribeResourcePoliciesResponse.builder()
        .resourcePolicies(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public DeleteResourcePolicyResponse deleteResourcePolicy(DeleteResourcePolicyRequest request) {
    var name = request.resourceArn() != null ? request.resourceArn() : request.policyName();
    var there =
        resources.get(
            name, () -> LogsErrors.notFound("Policy with name [" + name + "] does not exist."));
    checkRevision(there, request.expectedRevisionId());
    resources.delete(String.valueOf(name));
    return DeleteResourcePolicyResponse.builder().build();
  }

  private static String accountKey(String type, String name) {
    return type + "\n" + name;
  }

  @Override
  public PutAccountPolicyResponse putAccountPolicy(PutAccountPolicyRequest request) {
    if (request.policyName() == null) {
      throw LogsErrors.missing("policyName");
    } else if (request.policyType() == null) {
      throw LogsErrors.missing("policyType");
    }
    var type = request.policyType();
    var tree = document(request.policyDocument(), "Invalid JSON in policy document");
    switch (type) {
      case SUBSCRIPTION_FILTER_POLICY -> {
        if (!tree.path("DestinationArn").isTextual()) {
          throw LogsErrors.invalid("The policy document needs a DestinationArn.");
        }
        var _ = FilterPattern.parse(tree.path("FilterPattern").asText(""));
        LogSelection.check(request.selectionCriteria());
      }
      case FIELD_INDEX_POLICY -> {
        checkFields(tree);
        LogSelection.check(request.selectionCriteria());
      }
      case DATA_PROTECTION_POLICY -> DataIdentifiers.check(tree);
      default ->
          throw Errors.notImplemented(
              "logs", "PutAccountPolicy with " + request.policyTypeAsString());
    }
    var scope = Call.current().scope();
    var policy =
        AccountPolicy.builder()
            .policyName(request.policyName())
            .policyDocument(request.policyDocument())
            .lastUpdatedTime(cloud.clock().millis())
            .policyType(type)
            .scope(Scope.ALL)
            .selectionCriteria(request.selectionCriteria())
            .accountId(scope.account())
            .build();
    if (type != PolicyType.FIELD_INDEX_POLICY) {
      for (var other : state.accountPolicies.list()) {
        if (other.policyType() == type && !other.policyName().equals(request.policyName())) {
          throw LogsErrors.limit("Resource limit exceeded.");
        }
      }
    }
    state.accountPolicies.put(accountKey(type.toString(), request.policyName()), policy);
    state.protections.clear();
    return PutAccountPolicyResponse.builder().accountPolicy(policy).build();
  }

  @Override
  public DescribeAccountPoliciesResponse describeAccountPolicies(
      DescribeAccountPoliciesRequest request) {
    if (request.policyType() == null) {
      throw LogsErrors.missing("policyType");
    }
    var found =
        state.accountPolicies.list().stream()
            .filter(policy -> policy.policyType() == request.policyType())
            .filter(policy ->
                request.policyName() == null || request.policyName().equals(policy.policyName()))
            .toList();
    return DescribeAccountPoliciesResponse.builder().accountPolicies(found).build();
  }

  @Override
  public DeleteAccountPolicyResponse deleteAccountPolicy(DeleteAccountPolicyRequest request) {
    if (request.policyType() == null) {
      throw LogsErrors.missing("policyType");
    }
    var key = accountKey(request.policyTypeAsString(), String.valueOf(request.policyName()));
    var _ =
        state.accountPolicies.get(
            key, () -> LogsErrors.notFound("The specified account policy does not exist."));
    state.accountPolicies.delete(key);
    state.protections.clear();
    return DeleteAccountPolicyResponse.builder().build();
  }

  private static List<String> checkFields(JsonNode tree) {
    var fields = new ArrayList<String>();
    tree.path("Fields").forEach(field -> fields.add(field.asText()));
    tree.path("FieldsV2").fieldNames().forEachRemaining(fields::add);
    if (fields.isEmpty()
        || fields.size() > FIELDS_MAX
        || new HashSet<>(fields).size() != fields.size()) {
      throw LogsErrors.invalid("The policy document needs between 1 and 20 different Fields.");
    }
    return fields;
  }

  private String group(@Nullable String identifier) {
    if (identifier == null) {
      throw LogsErrors.missing("logGroupIdentifier");
    }
    var name = LogsState.groupName(null, identifier);
    var _ = state.requireGroup(new LogsState.GroupKey(Call.current().scope(), name));
    return name;
  }

  @Override
  public PutIndexPolicyResponse putIndexPolicy(PutIndexPolicyRequest request) {
    var name = group(request.logGroupIdentifier());
    var _ = checkFields(document(request.policyDocument(), "Invalid JSON in policy document"));
    var policy =
        IndexPolicy.builder()
            .logGroupIdentifier(new LogsState.GroupKey(Call.current().scope(), name).arn())
            .lastUpdateTime(cloud.clock().millis())
            .policyDocument(request.policyDocument())
            .source(IndexSource.LOG_GROUP)
            .build();
    indexes.put(name, policy);
    return PutIndexPolicyResponse.builder().indexPolicy(policy).build();
  }

  @Override
  public DescribeIndexPoliciesResponse describeIndexPolicies(DescribeIndexPoliciesRequest request) {
    var found = new ArrayList<IndexPolicy>();
    for (var identifier : request.logGroupIdentifiers()) {
      var policy = policy(group(identifier));
      if (policy != null) {
        found.add(policy);
      }
    }
    return DescribeIndexPoliciesResponse.builder().indexPolicies(found).build();
  }

  /// The group's own policy, or that of the account.
  private @Nullable IndexPolicy policy(String group) {
    var own = indexes.get(group);
    if (own != null) {
      return own;
    }
    var key = new LogsState.GroupKey(Call.current().scope(), group);
    for (var policy : state.accountPolicies.list()) {
      if (policy.policyType() == PolicyType.FIELD_INDEX_POLICY
          && LogSelection.covers(policy.selectionCriteria(), group)) {
        return IndexPolicy.builder()
            .logGroupIdentifier(key.arn())
            .lastUpdateTime(policy.lastUpdatedTime())
            .policyDocument(policy.policyDocument())
            .policyName(policy.policyName())
            .source(IndexSource.ACCOUNT)
            .build();
      }
    }
    return null;
  }

  @Override
  public DeleteIndexPolicyResponse deleteIndexPolicy(DeleteIndexPolicyRequest request) {
    var name = group(request.logGroupIdentifier());
    var _ =
        indexes.get(name, () -> LogsErrors.notFound("The specified index policy does not exist."));
    indexes.delete(name);
    return DeleteIndexPolicyResponse.builder().build();
  }

  @Override
  public DescribeFieldIndexesResponse describeFieldIndexes(DescribeFieldIndexesRequest request) {
    var found = new ArrayList<FieldIndex>();
    for (var identifier : request.logGroupIdentifiers()) {
      var policy = policy(group(identifier));
      if (policy != null) {
        for (var field : checkFields(Json.parse(policy.policyDocument()))) {
          found.add(
              FieldIndex.builder()
                  .logGroupIdentifier(policy.logGroupIdentifier())
                  .fieldIndexName(field)
                  .lastScanTime(cloud.clock().millis())
                  .build());
        }
      }
    }
    return DescribeFieldIndexesResponse.builder().fieldIndexes(found).build();
  }
}
