package dev.terrarium.services.iam;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iam.model.*;

/// What an account's identities come to: credential reports, authorization details, context keys.
final class IamReports implements IamPart {
  private static final Duration FRESH = Duration.ofHours(4);
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z0-9:/_-]+)(?:,[^}]*)?\\}");
  private static final String HEADER =
      "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
          + "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
          + "access_key_1_last_used_date,access_key_1_last_used_region,"
          + "access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
          + "access_key_2_last_used_date,access_key_2_last_used_region,"
          + "access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,"
          + "cert_2_last_rotated";

  private final IamStore store;
  private final IamMfa mfa;
  private final Shelf<GetCredentialReportResponse> reports;

  IamReports(IamStore store, IamMfa mfa) {
    this.store = store;
    this.mfa = mfa;
    this.reports = new Shelf<>(store, "credential-report", GetCredentialReportResponse::builder);
  }

  @Override
  public GenerateCredentialReportResponse generateCredentialReport(
      GenerateCredentialReportRequest request) {
    var there = reports.get("");
    var now = store.now();
    if (there != null && there.generatedTime().plus(FRESH).isAfter(now)) {
      return GenerateCredentialReportResponse.builder().state(ReportStateType.COMPLETE).build();
    }
    var content = SdkBytes.fromUtf8String(report());
    store.change(batch -> {
      reports.put(
          batch,
          "",
          GetCredentialReportResponse.builder()
              .content(content)
              .reportFormat(ReportFormatType.TEXT_CSV)
              .generatedTime(now)
              .build());
      return now;
    });
    return GenerateCredentialReportResponse.builder()
        .state(ReportStateType.STARTED)
        .description("No report exists. Starting a new report generation task")
        .build();
  }

  @Override
  public GetCredentialReportResponse getCredentialReport(GetCredentialReportRequest request) {
    var there = reports.get("");
    if (there == null) {
      throw Errors.of(
          CredentialReportNotPresentException.builder(),
          410,
          "ReportNotPresent",
          "No report exists. Please start a new report generation task");
    } else if (!there.generatedTime().plus(FRESH).isAfter(store.now())) {
      throw Errors.of(
          CredentialReportExpiredException.builder(),
          410,
          "ReportExpired",
          "The most recent credential report has expired. Please start a new report generation"
              + " task");
    }
    return there;
  }

  private String report() {
    var lines = new ArrayList<String>();
    lines.add(HEADER);
    lines.add(
        "<root_account>,arn:aws:iam::%s:root,%s,not_supported,no_information,not_supported,not_supported,false,%s,%s,%s"
            .formatted(
                IamStore.account(),
                time(store.now()),
                key(null),
                key(null),
                "false,N/A,false,N/A"));
    for (var user : store.users.list(IamStore.account())) {
      var login = store.settings.contains(IamLogins.loginKey(user.userName()));
      var keys = IamAccessKeys.of(store, user.userName());
      lines.add(
          String.join(
              ",",
              user.userName(),
              user.arn(),
              time(user.createDate()),
              Boolean.toString(login),
              login ? "no_information" : "N/A",
              "N/A",
              "N/A",
              Boolean.toString(!mfa.of(user.userName()).isEmpty()),
              key(keys.isEmpty() ? null : keys.get(0)),
              key(keys.size() < 2 ? null : keys.get(1)),
              "false,N/A,false,N/A"));
    }
    return String.join("\n", lines);
  }

  private static String key(@Nullable AccessKey key) {
    return key == null
        ? "false,N/A,N/A,N/A,N/A"
        : (key.status() == StatusType.ACTIVE) + "," + time(key.createDate()) + ",N/A,N/A,N/A";
  }

  private static String time(Instant instant) {
    return instant.toString().replace("Z", "+00:00");
  }

  @Override
  public GetAccessKeyLastUsedResponse getAccessKeyLastUsed(GetAccessKeyLastUsedRequest request) {
    var id = Check.required(request.accessKeyId(), "accessKeyId");
    var stored = store.keys.get(id);
    if (stored == null || !stored.account().equals(IamStore.account())) {
      throw IamErrors.noSuchEntity("The Access Key with id " + id + " cannot be found.");
    }
    return GetAccessKeyLastUsedResponse.builder()
        .userName(stored.key().userName())
        .accessKeyLastUsed(
            used -> used.lastUsedDate(stored.lastUsed()).serviceName("N/A").region("N/A"))
        .build();
  }

  @Override
  public GetAccountAuthorizationDetailsResponse getAccountAuthorizationDetails(
      GetAccountAuthorizationDetailsRequest request) {
    var kinds = Set.copyOf(request.filter());
    var all = new ArrayList<Object>();
    if (kinds.isEmpty() || kinds.contains(EntityType.USER)) {
      store.users.list(IamStore.account()).forEach(user -> all.add(detail(user)));
    }
    if (kinds.isEmpty() || kinds.contains(EntityType.GROUP)) {
      store.groups.list(IamStore.account()).forEach(group -> all.add(detail(group)));
    }
    if (kinds.isEmpty() || kinds.contains(EntityType.ROLE)) {
      store.roles.list(IamStore.account()).forEach(role -> all.add(detail(role)));
    }
    if (kinds.isEmpty() || kinds.contains(EntityType.LOCAL_MANAGED_POLICY)) {
      store.policies.list(IamStore.account()).forEach(p -> all.add(detail(p.policy())));
    }
    if (kinds.isEmpty() || kinds.contains(EntityType.AWS_MANAGED_POLICY)) {
      var used = new TreeSet<String>();
      store.attached.scan(
          (key, arn) -> {
            used.add(arn);
            return true;
          },
          IamStore.account());
      used.stream()
          .flatMap(arn -> ManagedPolicies.policy(arn).stream())
          .forEach(policy -> all.add(detail(policy)));
    }
    Check.range(request.maxItems(), "maxItems", 1, 1000);
    var from = request.marker() == null ? 0 : position(request.marker());
    var to = Math.min(all.size(), from + (request.maxItems() == null ? 100 : request.maxItems()));
    var page = all.subList(Math.min(from, to), to);
    return GetAccountAuthorizationDetailsResponse.builder()
        .userDetailList(of(page, UserDetail.class))
        .groupDetailList(of(page, GroupDetail.class))
        .roleDetailList(of(page, RoleDetail.class))
        .policies(of(page, ManagedPolicyDetail.class))
        .isTruncated(to < all.size())
        .marker(to < all.size() ? Integer.toString(to) : null)
        .build();
  }

  private static int position(String marker) {
    if (!marker.matches("[0-9]{1,9}")) {
      throw IamErrors.invalidInput("Invalid Marker.");
    }
    return Integer.parseInt(marker);
  }

  private static <T> List<T> of(List<Object> page, Class<T> type) {
    return page.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private List<PolicyDetail> inline(Owner owner) {
    return store.inlineOf(owner).stream()
        .map(name ->
            PolicyDetail.builder()
                .policyName(name)
                .policyDocument(
                    IamStore.encoded(
                        String.valueOf(store.inline.get(IamStore.Owned.of(owner, name)))))
                .build())
        .toList();
  }

  private List<AttachedPolicy> attached(Owner owner) {
    return store.attachedTo(owner).stream()
        .map(name -> store.attached.get(IamStore.Owned.of(owner, name)))
        .map(arn ->
            AttachedPolicy.builder()
                .policyArn(arn)
                .policyName(String.valueOf(arn).replaceFirst(".*/", ""))
                .build())
        .toList();
  }

  private UserDetail detail(User user) {
    var owner = IamStore.user(user.userName());
    return UserDetail.builder()
        .path(user.path())
        .userName(user.userName())
        .userId(user.userId())
        .arn(user.arn())
        .createDate(user.createDate())
        .userPolicyList(inline(owner))
        .groupList(store.groupsOf(user).stream().map(Group::groupName).toList())
        .attachedManagedPolicies(attached(owner))
        .permissionsBoundary(user.permissionsBoundary())
        .tags(user.tags())
        .build();
  }

  private GroupDetail detail(Group group) {
    var owner = IamStore.group(group.groupName());
    return GroupDetail.builder()
        .path(group.path())
        .groupName(group.groupName())
        .groupId(group.groupId())
        .arn(group.arn())
        .createDate(group.createDate())
        .groupPolicyList(inline(owner))
        .attachedManagedPolicies(attached(owner))
        .build();
  }

  private RoleDetail detail(Role role) {
    var owner = IamStore.role(role.roleName());
    var profiles =
        store.profiles.list(IamStore.account()).stream()
            .filter(profile ->
                profile.roles().stream().anyMatch(r -> r.roleName().equals(role.roleName())))
            .toList();
    return RoleDetail.builder()
        .path(role.path())
        .roleName(role.roleName())
        .roleId(role.roleId())
        .arn(role.arn())
        .createDate(role.createDate())
        .assumeRolePolicyDocument(encodedOnce(role.assumeRolePolicyDocument()))
        .instanceProfileList(profiles)
        .rolePolicyList(inline(owner))
        .attachedManagedPolicies(attached(owner))
        .permissionsBoundary(role.permissionsBoundary())
        .tags(role.tags())
        .roleLastUsed(
            role.roleLastUsed() == null ? RoleLastUsed.builder().build() : role.roleLastUsed())
        .build();
  }

  private static String encodedOnce(String document) {
    return document.startsWith("%") ? document : IamStore.encoded(document);
  }

  private ManagedPolicyDetail detail(Policy policy) {
    var attachments = new int[1];
    store.attached.scan(
        (key, arn) -> {
          attachments[0] += arn.equals(policy.arn()) ? 1 : 0;
          return true;
        },
        IamStore.account());
    var versions = new ArrayList<PolicyVersion>();
    store
        .document(policy.arn())
        .ifPresent(document ->
            versions.add(
                PolicyVersion.builder()
                    .document(IamStore.encoded(document))
                    .versionId(policy.defaultVersionId())
                    .isDefaultVersion(true)
                    .createDate(policy.updateDate())
                    .build()));
    return ManagedPolicyDetail.builder()
        .policyName(policy.policyName())
        .policyId(policy.policyId())
        .arn(policy.arn())
        .path(policy.path())
        .defaultVersionId(policy.defaultVersionId())
        .attachmentCount(attachments[0])
        .permissionsBoundaryUsageCount(policy.permissionsBoundaryUsageCount())
        .isAttachable(policy.isAttachable())
        .description(policy.description())
        .createDate(policy.createDate())
        .updateDate(policy.updateDate())
        .policyVersionList(versions)
        .build();
  }

  @Override
  public GetContextKeysForCustomPolicyResponse getContextKeysForCustomPolicy(
      GetContextKeysForCustomPolicyRequest request) {
    return GetContextKeysForCustomPolicyResponse.builder()
        .contextKeyNames(contextKeys(request.policyInputList()))
        .build();
  }

  @Override
  public GetContextKeysForPrincipalPolicyResponse getContextKeysForPrincipalPolicy(
      GetContextKeysForPrincipalPolicyRequest request) {
    var arn = Check.required(request.policySourceArn(), "policySourceArn");
    var name = arn.substring(arn.lastIndexOf('/') + 1);
    var owners = new ArrayList<Owner>();
    if (arn.contains(":user/")) {
      var user = store.existingUser(name);
      owners.add(IamStore.user(name));
      store.groupsOf(user).forEach(group -> owners.add(IamStore.group(group.groupName())));
    } else if (arn.contains(":group/")) {
      owners.add(IamStore.group(store.existingGroup(name).groupName()));
    } else if (arn.contains(":role/")) {
      owners.add(IamStore.role(store.existingRole(name).roleName()));
    } else {
      throw IamErrors.invalidInput(
          "Invalid Entity Arn: " + arn + " does not clearly define entity type and name.");
    }
    var documents = new ArrayList<>(request.policyInputList());
    for (var owner : owners) {
      store
          .inlineOf(owner)
          .forEach(policy ->
              documents.add(String.valueOf(store.inline.get(IamStore.Owned.of(owner, policy)))));
      store
          .attachedTo(owner)
          .forEach(policy ->
              store
                  .document(String.valueOf(store.attached.get(IamStore.Owned.of(owner, policy))))
                  .ifPresent(documents::add));
    }
    return GetContextKeysForPrincipalPolicyResponse.builder()
        .contextKeyNames(contextKeys(documents))
        .build();
  }

  private static List<String> contextKeys(List<String> documents) {
    var keys = new TreeSet<String>();
    for (var document : documents) {
      JsonNode tree;
      try {
        tree = Json.parse(document);
      } catch (IllegalArgumentException e) {
        throw IamErrors.invalidInput("Invalid policy document: " + e.getMessage());
      }
      var statements = tree.path("Statement");
      for (var statement : statements.isArray() ? statements : Json.array().add(statements)) {
        for (var operator : statement.path("Condition")) {
          operator.fieldNames().forEachRemaining(keys::add);
        }
      }
      var variables = VARIABLE.matcher(document);
      while (variables.find()) {
        keys.add(variables.group(1));
      }
    }
    return keys.stream().sorted(Comparator.naturalOrder()).toList();
  }
}
