package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.lambda.LambdaState.Policy;
import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.*;

/// The policies on functions, statement by statement.
final class Permissions implements LambdaPart {
  private static final int POLICY_BYTES_MAX = 20_480;

  private final Cloud cloud;
  private final LambdaState state;

  Permissions(Cloud cloud, LambdaState state) {
    this.cloud = cloud;
    this.state = state;
  }

  @Override
  public AddPermissionResponse addPermission(AddPermissionRequest request) {
    var reference = FunctionReference.of(request.functionName(), request.qualifier());
    check(request);
    if (reference.qualifierOrLatest().equals(FunctionKey.LATEST) && reference.qualifier() != null) {
      throw LambdaErrors.invalid("We currently do not support adding policies for $LATEST.");
    }
    var key = key(reference);
    var statement = statement(reference, request);
    state.locks.with(
        key,
        () -> {
          require(reference);
          var policy = policy(key);
          checkRevision(request.revisionId(), policy);
          if (policy.statements().containsKey(request.statementId())) {
            throw LambdaErrors.conflict(
                "The statement id ("
                    + request.statementId()
                    + ") provided already exists. Please provide a new statement id, or remove"
                    + " the existing statement.");
          }
          var all = new LinkedHashMap<>(policy.statements());
          all.put(request.statementId(), statement);
          if (document(all).length() > POLICY_BYTES_MAX) {
            throw dev.terrarium.kernel.Errors.of(
                PolicyLengthExceededException.builder().type("User"),
                400,
                "PolicyLengthExceededException",
                "The final policy size ("
                    + document(all).length()
                    + ") is bigger than the limit ("
                    + POLICY_BYTES_MAX
                    + ").");
          }
          state.policies.put(key, new Policy(all, cloud.ids().uuid()));
          return key;
        });
    return AddPermissionResponse.builder().statement(statement).build();
  }

  @Override
  public RemovePermissionResponse removePermission(RemovePermissionRequest request) {
    var reference = FunctionReference.of(request.functionName(), request.qualifier());
    var key = key(reference);
    state.locks.with(
        key,
        () -> {
          require(reference);
          var policy = policy(key);
          if (policy.statements().isEmpty()) {
            throw LambdaErrors.notFound("No policy is associated with the given resource.");
          }
          if (!policy.statements().containsKey(request.statementId())) {
            throw LambdaErrors.notFound(
                "Statement " + request.statementId() + " is not found in resource policy.");
          }
          checkRevision(request.revisionId(), policy);
          var left = new LinkedHashMap<>(policy.statements());
          left.remove(request.statementId());
          if (left.isEmpty()) {
            state.policies.delete(key);
          } else {
            state.policies.put(key, new Policy(left, cloud.ids().uuid()));
          }
          return key;
        });
    return RemovePermissionResponse.builder().build();
  }

  @Override
  public GetPolicyResponse getPolicy(GetPolicyRequest request) {
    var reference = FunctionReference.of(request.functionName(), request.qualifier());
    require(reference);
    var policy = policy(key(reference));
    if (policy.statements().isEmpty()) {
      throw LambdaErrors.noResource();
    }
    return GetPolicyResponse.builder()
        .policy(document(policy.statements()))
        .revisionId(policy.revisionId())
        .build();
  }

  private static void check(AddPermissionRequest request) {
    var id = request.statementId();
    if (id == null || !id.matches("[a-zA-Z0-9-_]{1,100}")) {
      throw LambdaErrors.constraint(
          "statementId", id, "satisfy regular expression pattern: ([a-zA-Z0-9-_]+)");
    }
    var action = request.action();
    if (action == null || !action.matches("(lambda:[*]|lambda:[a-zA-Z]+|[*])")) {
      throw LambdaErrors.constraint(
          "action",
          action,
          "satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])");
    }
    if (request.functionUrlAuthType() != null && !action.equals("lambda:InvokeFunctionUrl")) {
      throw LambdaErrors.invalid(
          "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action");
    }
    var principal = request.principal();
    if (principal == null || !principal.matches("[^\\s]+")) {
      throw LambdaErrors.constraint(
          "principal", principal, "satisfy regular expression pattern: [^\\s]+");
    }
    if (!principal.equals("*")
        && !principal.matches("\\d{12}|arn:.+")
        && !principal.contains(".")) {
      throw LambdaErrors.invalid(
          "The provided principal was invalid. Please check the principal and try again.");
    }
  }

  private static String statement(FunctionReference reference, AddPermissionRequest request) {
    var statement = Json.object();
    statement.put("Sid", request.statementId());
    statement.put("Effect", "Allow");
    var principal = request.principal();
    if (principal.equals("*")) {
      statement.put("Principal", "*");
    } else if (principal.matches("\\d{12}")) {
      statement
          .putObject("Principal")
          .put("AWS", "arn:" + Call.current().scope().partition() + ":iam::" + principal + ":root");
    } else {
      statement
          .putObject("Principal")
          .put(principal.startsWith("arn:") ? "AWS" : "Service", principal);
    }
    statement.put("Action", request.action());
    statement.put("Resource", reference.arn());
    var condition = Json.object();
    condition(condition, "StringEquals", "AWS:SourceAccount", request.sourceAccount());
    condition(condition, "StringEquals", "lambda:EventSourceToken", request.eventSourceToken());
    condition(condition, "StringEquals", "aws:PrincipalOrgID", request.principalOrgID());
    condition(
        condition,
        "StringEquals",
        "lambda:FunctionUrlAuthType",
        request.functionUrlAuthTypeAsString());
    condition(condition, "ArnLike", "AWS:SourceArn", request.sourceArn());
    if (Boolean.TRUE.equals(request.invokedViaFunctionUrl())) {
      condition(condition, "Bool", "lambda:InvokedViaFunctionUrl", "true");
    }
    if (!condition.isEmpty()) {
      statement.set("Condition", condition);
    }
    return Json.write(statement);
  }

  private static void condition(
      ObjectNode condition, String operator, String name, @Nullable String value) {
    if (value != null) {
      condition.withObject("/" + operator).put(name, value);
    }
  }

  static String document(Map<String, String> statements) {
    var document = Json.object();
    document.put("Version", "2012-10-17");
    document.put("Id", "default");
    var all = document.putArray("Statement");
    statements.values().forEach(statement -> all.add(Json.parse(statement)));
    return Json.write(document);
  }

  private Policy policy(QualifiedKey key) {
    var policy = state.policies.get(key);
    return policy == null ? new Policy(Map.of(), "") : policy;
  }

  private void require(FunctionReference reference) {
    state.require(reference);
    state.requireVersion(reference);
  }

  private static void checkRevision(@Nullable String revisionId, Policy policy) {
    if (revisionId != null && !revisionId.equals(policy.revisionId())) {
      throw LambdaErrors.stale();
    }
  }

  private static QualifiedKey key(FunctionReference reference) {
    return new QualifiedKey(
        reference.function(), reference.qualifier() == null ? "" : reference.qualifier());
  }
}
