package dev.terrarium.services.iam;

import dev.terrarium.kernel.Errors;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.PasswordPolicy;
import software.amazon.awssdk.services.iam.model.PasswordPolicyViolationException;

/// Passwords: what the account's policy demands of them, and how they are kept, salted and hashed.
final class Passwords {
  private static final int ROUNDS = 20_000;
  private static final int BITS = 256;

  private Passwords() {}

  /// Refuses a password that the policy does not allow.
  static void check(String password, @Nullable PasswordPolicy policy) {
    Check.length(password, "password", 1, 128);
    if (policy == null) {
      return;
    }
    demand(
        policy.minimumPasswordLength() == null
            || password.length() >= policy.minimumPasswordLength(),
        "a minimum length of " + policy.minimumPasswordLength());
    demand(
        !Boolean.TRUE.equals(policy.requireUppercaseCharacters()) || password.matches(".*[A-Z].*"),
        "at least one uppercase letter");
    demand(
        !Boolean.TRUE.equals(policy.requireLowercaseCharacters()) || password.matches(".*[a-z].*"),
        "at least one lowercase letter");
    demand(
        !Boolean.TRUE.equals(policy.requireNumbers()) || password.matches(".*[0-9].*"),
        "at least one number");
    demand(
        !Boolean.TRUE.equals(policy.requireSymbols())
            || password.matches(".*[!@#$%^&*()_+\\-=\\[\\]{}|'].*"),
        "at least one symbol");
  }

  private static void demand(boolean fulfilled, String what) {
    if (!fulfilled) {
      throw Errors.<PasswordPolicyViolationException>of(
          PasswordPolicyViolationException.builder(),
          400,
          "PasswordPolicyViolation",
          "Password should have " + what);
    }
  }

  /// What is stored of a password.
  static String hashed(String password, String salt) {
    return salt + ":" + hash(password, salt);
  }

  /// Whether a password is the one of which something was stored.
  static boolean matches(String password, String stored) {
    var salt = stored.substring(0, stored.indexOf(':'));
    return MessageDigest.isEqual(
        HexFormat.of().parseHex(stored.substring(salt.length() + 1)),
        HexFormat.of().parseHex(hash(password, salt)));
  }

  private static String hash(String password, String salt) {
    try {
      var key =
          new PBEKeySpec(
              password.toCharArray(),
              salt.getBytes(java.nio.charset.StandardCharsets.UTF_8),
              ROUNDS,
              BITS);
      return HexFormat.of()
          .formatHex(
              SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                  .generateSecret(key)
                  .getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
