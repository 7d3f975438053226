package dev.terrarium.services.iam;

import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.ContextEntry;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.SimulateCustomPolicyRequest;
import software.amazon.awssdk.services.iam.model.SimulateCustomPolicyResponse;
import software.amazon.awssdk.services.iam.model.SimulatePrincipalPolicyRequest;
import software.amazon.awssdk.services.iam.model.SimulatePrincipalPolicyResponse;
import software.amazon.awssdk.services.iam.model.Statement;

/// The policy simulator.
final class IamSimulation implements IamPart {
  private final Identities identities;

  IamSimulation(IamStore store) {
    this.identities = new Identities(store);
  }

  @Override
  public SimulateCustomPolicyResponse simulateCustomPolicy(SimulateCustomPolicyRequest request) {
    var identity = documents(request.policyInputList(), "PolicyInputList");
    var boundaries =
        documents(
            request.permissionsBoundaryPolicyInputList(), "PermissionsBoundaryPolicyInputList");
    var results =
        evaluate(
            request.actionNames(),
            request.resourceArns(),
            request.callerArn() == null ? "" : request.callerArn(),
            request.contextEntries(),
            new Identities.Policies(identity, boundaries),
            request.resourcePolicy());
    return SimulateCustomPolicyResponse.builder()
        .evaluationResults(results)
        .isTruncated(false)
        .build();
  }

  @Override
  public SimulatePrincipalPolicyResponse simulatePrincipalPolicy(
      SimulatePrincipalPolicyRequest request) {
    var source = Check.required(request.policySourceArn(), "policySourceArn");
    var own = identities.of(source);
    var identity = new ArrayList<>(own.identity());
    identity.addAll(documents(request.policyInputList(), "PolicyInputList"));
    var boundaries =
        request.hasPermissionsBoundaryPolicyInputList()
            ? documents(
                request.permissionsBoundaryPolicyInputList(), "PermissionsBoundaryPolicyInputList")
            : own.boundaries();
    var results =
        evaluate(
            request.actionNames(),
            request.resourceArns(),
            request.callerArn() == null ? source : request.callerArn(),
            request.contextEntries(),
            new Identities.Policies(identity, boundaries),
            request.resourcePolicy());
    return SimulatePrincipalPolicyResponse.builder()
        .evaluationResults(results)
        .isTruncated(false)
        .build();
  }

  private static List<EvaluationResult> evaluate(
      List<String> actions,
      List<String> resources,
      String caller,
      List<ContextEntry> entries,
      Identities.Policies policies,
      @Nullable String resourcePolicy) {
    if (actions.isEmpty()) {
      throw IamErrors.validation(
          "1 validation error detected: Value at 'actionNames' failed to satisfy constraint: Member must not be null");
    }
    var context = new HashMap<String, List<String>>();
    for (var entry : entries) {
      context.put(entry.contextKeyName().toLowerCase(Locale.ROOT), entry.contextKeyValues());
    }
    var ofResource =
        resourcePolicy == null
            ? List.<PolicyEvaluator.Named>of()
            : documents(List.of(resourcePolicy), "ResourcePolicy");
    var results = new ArrayList<EvaluationResult>();
    for (var action : actions) {
      if (!action.contains(":")) {
        throw IamErrors.invalidInput("Invalid action name: " + action);
      }
      for (var resource : resources.isEmpty() ? List.of("*") : resources) {
        var question = new PolicyEvaluator.Question(action, resource, caller, context);
        var answer =
            PolicyEvaluator.evaluate(
                question, policies.identity(), policies.boundaries(), ofResource);
        results.add(result(action, resource, answer, policies.boundaries(), question));
      }
    }
    return results;
  }

  private static EvaluationResult result(
      String action,
      String resource,
      PolicyEvaluator.Answer answer,
      List<PolicyEvaluator.Named> boundaries,
      PolicyEvaluator.Question question) {
    var result =
        EvaluationResult.builder()
            .evalActionName(action)
            .evalResourceName(resource)
            .evalDecision(answer.decision().word)
            .missingContextValues(answer.missingKeys())
            .matchedStatements(
                answer.matched().stream()
                    .map(policy ->
                        Statement.builder()
                            .sourcePolicyId(policy.id())
                            .sourcePolicyType(policy.type())
                            .build())
                    .toList());
    if (!boundaries.isEmpty()) {
      var allowed =
          PolicyEvaluator.evaluate(question, boundaries, List.of(), List.of()).decision()
              == PolicyEvaluator.Decision.ALLOWED;
      result.permissionsBoundaryDecisionDetail(
          detail -> detail.allowedByPermissionsBoundary(allowed));
    }
    return result.build();
  }

  private static List<PolicyEvaluator.Named> documents(List<String> documents, String member) {
    var policies = new ArrayList<PolicyEvaluator.Named>();
    for (var document : documents) {
      try {
        policies.add(
            new PolicyEvaluator.Named(
                member + "." + (policies.size() + 1), "IAM Policy", Json.parse(document)));
      } catch (IllegalArgumentException e) {
        var error = IamErrors.invalidInput("Invalid policy document in " + member);
        error.addSuppressed(e);
        throw error;
      }
    }
    return policies;
  }
}
