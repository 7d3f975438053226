package dev.terrarium.services.iam;

import dev.terrarium.services.iam.IamStore.Named;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.iam.model.CreateAccountAliasRequest;
import software.amazon.awssdk.services.iam.model.CreateAccountAliasResponse;
import software.amazon.awssdk.services.iam.model.DeleteAccountAliasRequest;
import software.amazon.awssdk.services.iam.model.DeleteAccountAliasResponse;
import software.amazon.awssdk.services.iam.model.DeleteAccountPasswordPolicyRequest;
import software.amazon.awssdk.services.iam.model.DeleteAccountPasswordPolicyResponse;
import software.amazon.awssdk.services.iam.model.GetAccountPasswordPolicyRequest;
import software.amazon.awssdk.services.iam.model.GetAccountPasswordPolicyResponse;
import software.amazon.awssdk.services.iam.model.GetAccountSummaryRequest;
import software.amazon.awssdk.services.iam.model.GetAccountSummaryResponse;
import software.amazon.awssdk.services.iam.model.ListAccountAliasesRequest;
import software.amazon.awssdk.services.iam.model.ListAccountAliasesResponse;
import software.amazon.awssdk.services.iam.model.PasswordPolicy;
import software.amazon.awssdk.services.iam.model.ServerCertificate;
import software.amazon.awssdk.services.iam.model.VirtualMFADevice;
import software.amazon.awssdk.services.iam.model.UpdateAccountPasswordPolicyRequest;
import software.amazon.awssdk.services.iam.model.UpdateAccountPasswordPolicyResponse;

/// What an account has one of: alias, password policy, summary.
final class IamAccount implements IamPart {
  private static final String ALIAS = "account alias";
  static final String PASSWORD_POLICY = "account password policy";
  private static final Pattern ALIAS_PATTERN =
      Pattern.compile("^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$");

  private final IamStore store;
  private final PojoText<PasswordPolicy> passwordPolicies = new PojoText<>(PasswordPolicy::builder);

  IamAccount(IamStore store) {
    this.store = store;
  }

  private static Named key(String name) {
    return new Named(IamStore.account(), name);
  }

  @Override
  public CreateAccountAliasResponse createAccountAlias(CreateAccountAliasRequest request) {
    var alias = Check.required(request.accountAlias(), "accountAlias");
    Check.length(alias, "accountAlias", 3, 63);
    if (!ALIAS_PATTERN.matcher(alias).matches()) {
      throw IamErrors.validation(
          "1 validation error detected: Value '%s' at 'accountAlias' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$"
              .formatted(alias));
    }
    store.change(batch -> {
      store.settings.scan((named, value) -> {
        if (named.name().equals(ALIAS)
            && value.equals(alias)
            && !named.account().equals(IamStore.account())) {
          throw IamErrors.alreadyExists("The account alias " + alias + " already exists.");
        }
        return true;
      });
      store.settings.put(batch, key(ALIAS), alias);
      return alias;
    });
    return CreateAccountAliasResponse.builder().build();
  }

  @Override
  public ListAccountAliasesResponse listAccountAliases(ListAccountAliasesRequest request) {
    var alias = store.settings.get(key(ALIAS));
    return ListAccountAliasesResponse.builder()
        .accountAliases(alias == null ? List.of() : List.of(alias))
        .isTruncated(false)
        .build();
  }

  @Override
  public DeleteAccountAliasResponse deleteAccountAlias(DeleteAccountAliasRequest request) {
    var alias = Check.required(request.accountAlias(), "accountAlias");
    store.change(batch -> {
      if (!alias.equals(store.settings.get(key(ALIAS)))) {
        throw IamErrors.noSuchEntity("The account alias " + alias + " cannot be found.");
      }
      store.settings.delete(batch, key(ALIAS));
      return alias;
    });
    return DeleteAccountAliasResponse.builder().build();
  }

  @Override
  public UpdateAccountPasswordPolicyResponse updateAccountPasswordPolicy(
      UpdateAccountPasswordPolicyRequest request) {
    Check.range(request.minimumPasswordLength(), "minimumPasswordLength", 6, 128);
    Check.range(request.maxPasswordAge(), "maxPasswordAge", 1, 1095);
    Check.range(request.passwordReusePrevention(), "passwordReusePrevention", 1, 24);
    var length = request.minimumPasswordLength();
    var policy =
        PasswordPolicy.builder()
            .minimumPasswordLength(length == null ? 6 : length)
            .requireSymbols(Boolean.TRUE.equals(request.requireSymbols()))
            .requireNumbers(Boolean.TRUE.equals(request.requireNumbers()))
            .requireUppercaseCharacters(Boolean.TRUE.equals(request.requireUppercaseCharacters()))
            .requireLowercaseCharacters(Boolean.TRUE.equals(request.requireLowercaseCharacters()))
            .allowUsersToChangePassword(Boolean.TRUE.equals(request.allowUsersToChangePassword()))
            .expirePasswords(request.maxPasswordAge() != null)
            .maxPasswordAge(request.maxPasswordAge())
            .passwordReusePrevention(request.passwordReusePrevention())
            .hardExpiry(request.hardExpiry())
            .build();
    store.settings.put(key(PASSWORD_POLICY), passwordPolicies.write(policy));
    return UpdateAccountPasswordPolicyResponse.builder().build();
  }

  @Override
  public GetAccountPasswordPolicyResponse getAccountPasswordPolicy(
      GetAccountPasswordPolicyRequest request) {
    return GetAccountPasswordPolicyResponse.builder()
        .passwordPolicy(passwordPolicies.read(passwordPolicy()))
        .build();
  }

  @Override
  public DeleteAccountPasswordPolicyResponse deleteAccountPasswordPolicy(
      DeleteAccountPasswordPolicyRequest request) {
    passwordPolicy();
    store.settings.delete(key(PASSWORD_POLICY));
    return DeleteAccountPasswordPolicyResponse.builder().build();
  }

  private String passwordPolicy() {
    var text = store.settings.get(key(PASSWORD_POLICY));
    if (text == null) {
      throw IamErrors.noSuchEntity(
          "The Password Policy with domain name %s cannot be found.".formatted(IamStore.account()));
    }
    return text;
  }

  @Override
  public GetAccountSummaryResponse getAccountSummary(GetAccountSummaryRequest request) {
    var account = IamStore.account();
    var summary = new LinkedHashMap<String, Integer>();
    summary.put("Users", store.users.list(account).size());
    summary.put("UsersQuota", 5000);
    summary.put("Groups", store.groups.list(account).size());
    summary.put("GroupsQuota", 300);
    summary.put("Roles", store.roles.list(account).size());
    summary.put("RolesQuota", 1000);
    summary.put("Policies", store.policies.list(account).size());
    summary.put("PoliciesQuota", 1500);
    summary.put("PolicyVersionsInUse", store.versions.list(account).size());
    summary.put("PolicyVersionsInUseQuota", 10000);
    summary.put("InstanceProfiles", store.profiles.list(account).size());
    summary.put("InstanceProfilesQuota", 1000);
    summary.put("AccessKeysPerUserQuota", 2);
    summary.put("AttachedPoliciesPerGroupQuota", 10);
    summary.put("AttachedPoliciesPerRoleQuota", 10);
    summary.put("AttachedPoliciesPerUserQuota", 10);
    summary.put("GroupsPerUserQuota", 10);
    summary.put("GroupPolicySizeQuota", 5120);
    summary.put("UserPolicySizeQuota", 2048);
    summary.put("RolePolicySizeQuota", 10240);
    summary.put("AssumeRolePolicySizeQuota", 2048);
    summary.put("PolicySizeQuota", 6144);
    summary.put("VersionsPerPolicyQuota", 5);
    summary.put("AccountAccessKeysPresent", 0);
    summary.put("AccountMFAEnabled", 0);
    var devices = new Shelf<VirtualMFADevice>(store, "mfa", VirtualMFADevice::builder).list("");
    summary.put("MFADevices", devices.size());
    summary.put("MFADevicesInUse", (int) devices.stream().filter(d -> d.user() != null).count());
    summary.put(
        "ServerCertificates",
        new Shelf<ServerCertificate>(store, "server-certificate", ServerCertificate::builder)
            .list("")
            .size());
    summary.put("ServerCertificatesQuota", 20);
    summary.put("SigningCertificatesPerUserQuota", 2);
    summary.put("GlobalEndpointTokenVersion", 1);
    var providers = new int[1];
    store.settings.scan(
        (named, value) -> {
          providers[0] +=
              named.name().startsWith("oidc ") || named.name().startsWith("saml ") ? 1 : 0;
          return true;
        },
        account);
    summary.put("Providers", providers[0]);
    return GetAccountSummaryResponse.builder().summaryMapWithStrings(summary).build();
  }
}
