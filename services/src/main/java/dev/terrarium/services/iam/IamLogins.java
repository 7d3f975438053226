package dev.terrarium.services.iam;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.iam.IamStore.Named;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.ChangePasswordRequest;
import software.amazon.awssdk.services.iam.model.ChangePasswordResponse;
import software.amazon.awssdk.services.iam.model.CreateLoginProfileRequest;
import software.amazon.awssdk.services.iam.model.CreateLoginProfileResponse;
import software.amazon.awssdk.services.iam.model.DeleteLoginProfileRequest;
import software.amazon.awssdk.services.iam.model.DeleteLoginProfileResponse;
import software.amazon.awssdk.services.iam.model.GetLoginProfileRequest;
import software.amazon.awssdk.services.iam.model.GetLoginProfileResponse;
import software.amazon.awssdk.services.iam.model.InvalidUserTypeException;
import software.amazon.awssdk.services.iam.model.LoginProfile;
import software.amazon.awssdk.services.iam.model.PasswordPolicy;
import software.amazon.awssdk.services.iam.model.UpdateLoginProfileRequest;
import software.amazon.awssdk.services.iam.model.UpdateLoginProfileResponse;

/// The passwords of users.
final class IamLogins implements IamPart {
  private final IamStore store;
  private final PojoText<LoginProfile> logins = new PojoText<>(LoginProfile::builder);
  private final PojoText<PasswordPolicy> policies = new PojoText<>(PasswordPolicy::builder);

  IamLogins(IamStore store) {
    this.store = store;
  }

  /// Where it is stored that a user may log in with a password.
  static Named loginKey(String userName) {
    return Named.of(IamStore.account(), "login " + userName);
  }

  private static Named passwordKey(String userName) {
    return Named.of(IamStore.account(), "password " + userName);
  }

  /// Lets a user who gets another name log in as before.
  static void rename(IamStore store, Batch batch, String from, String to) {
    var profile = store.settings.get(loginKey(from));
    var password = store.settings.get(passwordKey(from));
    if (profile != null) {
      var logins = new PojoText<LoginProfile>(LoginProfile::builder);
      var renamed = logins.read(profile).toBuilder().userName(to).build();
      store.settings.delete(batch, loginKey(from));
      store.settings.put(batch, loginKey(to), logins.write(renamed));
    }
    if (password != null) {
      store.settings.delete(batch, passwordKey(from));
      store.settings.put(batch, passwordKey(to), password);
    }
  }

  private @Nullable PasswordPolicy policy() {
    var text = store.settings.get(new Named(IamStore.account(), IamAccount.PASSWORD_POLICY));
    return text == null ? null : policies.read(text);
  }

  private void keep(Batch batch, String userName, String password) {
    var salt = store.cloud.ids().hex(16);
    store.settings.put(batch, passwordKey(userName), Passwords.hashed(password, salt));
  }

  @Override
  public CreateLoginProfileResponse createLoginProfile(CreateLoginProfileRequest request) {
    var user = store.existingUser(Check.name(request.userName(), "userName", 64));
    var password = Check.required(request.password(), "password");
    Passwords.check(password, policy());
    var profile =
        LoginProfile.builder()
            .userName(user.userName())
            .createDate(store.now())
            .passwordResetRequired(Boolean.TRUE.equals(request.passwordResetRequired()))
            .build();
    store.change(batch -> {
      if (store.settings.contains(loginKey(user.userName()))) {
        throw IamErrors.alreadyExists(
            "Login Profile for user " + user.userName() + " already exists.");
      }
      store.settings.put(batch, loginKey(user.userName()), logins.write(profile));
      keep(batch, user.userName(), password);
      return profile;
    });
    return CreateLoginProfileResponse.builder().loginProfile(profile).build();
  }

  @Override
  public GetLoginProfileResponse getLoginProfile(GetLoginProfileRequest request) {
    var text = login(Check.name(request.userName(), "userName", 64));
    return GetLoginProfileResponse.builder().loginProfile(logins.read(text)).build();
  }

  @Override
  public UpdateLoginProfileResponse updateLoginProfile(UpdateLoginProfileRequest request) {
    var name = Check.name(request.userName(), "userName", 64);
    if (request.password() != null) {
      Passwords.check(request.password(), policy());
    }
    store.change(batch -> {
      var there = logins.read(login(name)).toBuilder();
      if (request.passwordResetRequired() != null) {
        there.passwordResetRequired(request.passwordResetRequired());
      }
      store.settings.put(batch, loginKey(name), logins.write(there.build()));
      if (request.password() != null) {
        keep(batch, name, request.password());
      }
      return name;
    });
    return UpdateLoginProfileResponse.builder().build();
  }

  @Override
  public DeleteLoginProfileResponse deleteLoginProfile(DeleteLoginProfileRequest request) {
    var name = Check.name(request.userName(), "userName", 64);
    login(name);
    store.change(batch -> {
      store.settings.delete(batch, loginKey(name));
      store.settings.delete(batch, passwordKey(name));
      return name;
    });
    return DeleteLoginProfileResponse.builder().build();
  }

  @Override
  public ChangePasswordResponse changePassword(ChangePasswordRequest request) {
    var old = Check.required(request.oldPassword(), "oldPassword");
    var password = Check.required(request.newPassword(), "newPassword");
    var arn = Call.current().principal().arn();
    if (!arn.contains(":user/")) {
      throw Errors.<InvalidUserTypeException>of(
          InvalidUserTypeException.builder(),
          400,
          "InvalidUserType",
          "Only IAM Users can change their own password");
    }
    var name = arn.substring(arn.lastIndexOf('/') + 1);
    login(name);
    Passwords.check(password, policy());
    store.change(batch -> {
      var kept = store.settings.get(passwordKey(name));
      if (kept == null || !Passwords.matches(old, kept)) {
        throw Errors.of(403, "AccessDenied", "The old password was incorrect.");
      }
      keep(batch, name, password);
      var profile = logins.read(login(name)).toBuilder().passwordResetRequired(false).build();
      store.settings.put(batch, loginKey(name), logins.write(profile));
      return name;
    });
    return ChangePasswordResponse.builder().build();
  }

  private String login(String userName) {
    var text = store.settings.get(loginKey(userName));
    if (text == null) {
      throw IamErrors.noSuchEntity("Login Profile for User " + userName + " cannot be found.");
    }
    return text;
  }
}
