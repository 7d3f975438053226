package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.Ids;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import software.amazon.awssdk.services.secretsmanager.model.GetRandomPasswordRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetRandomPasswordResponse;

/// Makes passwords up.
final class SecretPasswords extends SecretsPart {
  private static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
  private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String DIGITS = "0123456789";
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  private static final int LENGTH = 32;
  private static final int LENGTH_MAX = 4096;

  SecretPasswords(Secrets secrets) {
    super(secrets);
  }

  @Override
  public GetRandomPasswordResponse getRandomPassword(GetRandomPasswordRequest request) {
    new SecretConstraints()
        .range("passwordLength", request.passwordLength(), 1, LENGTH_MAX)
        .length("excludeCharacters", request.excludeCharacters(), 0, LENGTH_MAX)
        .check();
    var password = make(request, secrets.cloud.ids());
    return GetRandomPasswordResponse.builder().randomPassword(password).build();
  }

  private static String make(GetRandomPasswordRequest request, Ids ids) {
    var types = types(request);
    if (types.isEmpty()) {
      throw SecretErrors.parameter(
          "The password can't be generated because all character types are excluded.");
    }
    var length = request.passwordLength() == null ? LENGTH : request.passwordLength().intValue();
    var each = !Boolean.FALSE.equals(request.requireEachIncludedType());
    if (each && length < types.size()) {
      throw SecretErrors.parameter(
          "Password length " + length + " is too short based on the required types.");
    }
    var letters = new ArrayList<Character>();
    if (each) {
      types.forEach(type -> letters.add(type.charAt(ids.below(type.length()))));
    }
    var all = String.join("", types);
    while (letters.size() < length) {
      letters.add(all.charAt(ids.below(all.length())));
    }
    for (int i = letters.size() - 1; i > 0; i--) {
      Collections.swap(letters, i, ids.below(i + 1));
    }
    var password = new StringBuilder();
    letters.forEach(password::append);
    return password.toString();
  }

  /// The kinds of characters that may be used, without those that are excluded one by one.
  private static List<String> types(GetRandomPasswordRequest request) {
    var types = new ArrayList<String>();
    add(types, LOWER, request.excludeLowercase(), request);
    add(types, UPPER, request.excludeUppercase(), request);
    add(types, DIGITS, request.excludeNumbers(), request);
    add(types, PUNCTUATION, request.excludePunctuation(), request);
    add(types, " ", !Boolean.TRUE.equals(request.includeSpace()), request);
    return types;
  }

  private static void add(
      List<String> types, String type, Boolean excluded, GetRandomPasswordRequest request) {
    if (Boolean.TRUE.equals(excluded)) {
      return;
    }
    var left = new StringBuilder();
    var not = request.excludeCharacters() == null ? "" : request.excludeCharacters();
    type.chars().filter(c -> not.indexOf(c) < 0).forEach(c -> left.append((char) c));
    if (!left.isEmpty()) {
      types.add(left.toString());
    }
  }
}
