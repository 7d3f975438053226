package dev.terrarium.services.logs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Errors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a data protection policy looks for, and how it masks it.
///
/// See *Help protect sensitive log data with masking* in the user guide. The identifiers that AWS
/// finds by pattern and checksum are here; those that need more are refused by name.
///
/// @param patterns what is to be masked
record DataIdentifiers(List<Pattern> patterns) {
  private static final String PREFIX = "arn:aws:dataprotection::aws:data-identifier/";
  private static final Map<String, Pattern> MANAGED =
      Map.ofEntries(
          entry(
              "Address",
              "\\b\\d{1,6} [A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)* (?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr)\\b"),
          entry("AwsSecretKey", "(?<![A-Za-z0-9/+=])[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])"),
          entry("BankAccountNumber-DE", "\\bDE\\d{2}[ ]?(?:\\d{4}[ ]?){4}\\d{2}\\b"),
          entry("BankAccountNumber-GB", "\\bGB\\d{2}[ ]?[A-Z]{4}[ ]?(?:\\d{4}[ ]?){3}\\d{2}\\b"),
          entry("CreditCardExpiration", "\\b(?:0[1-9]|1[0-2])/(?:\\d{2}|20\\d{2})\\b"),
          entry("CreditCardNumber", "\\b(?:\\d[ -]?){12,18}\\d\\b"),
          entry("CreditCardSecurityCode", "(?i)(?<=(?:cvv|cvc)[^0-9]{1,3})\\d{3,4}\\b"),
          entry("EmailAddress", "\\b[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}\\b"),
          entry(
              "IpAddress",
              "\\b(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\b"),
          entry(
              "OpenSshPrivateKey",
              "-----BEGIN OPENSSH PRIVATE KEY-----[\\s\\S]*?-----END OPENSSH PRIVATE KEY-----"),
          entry(
              "PgpPrivateKey",
              "-----BEGIN PGP PRIVATE KEY BLOCK-----[\\s\\S]*?-----END PGP PRIVATE KEY BLOCK-----"),
          entry(
              "PkcsPrivateKey",
              "-----BEGIN (?:RSA |EC )?PRIVATE KEY-----[\\s\\S]*?-----END (?:RSA |EC )?PRIVATE KEY-----"),
          entry(
              "PhoneNumber-US",
              "(?<!\\d)(?:\\+?1[ .-]?)?\\(?[2-9]\\d{2}\\)?[ .-]\\d{3}[ .-]\\d{4}(?!\\d)"),
          entry("PhoneNumber-GB", "(?<!\\d)(?:\\+44|0)[ ]?\\d{3,4}[ ]?\\d{3}[ ]?\\d{3,4}(?!\\d)"),
          entry("PhoneNumber-DE", "(?<!\\d)(?:\\+49|0)[ ]?\\d{2,5}[ /-]?\\d{4,9}(?!\\d)"),
          entry("Ssn-US", "\\b(?!000|666|9\\d\\d)\\d{3}-(?!00)\\d{2}-(?!0000)\\d{4}\\b"),
          entry("VehicleIdentificationNumber", "\\b[A-HJ-NPR-Z0-9]{17}\\b"),
          entry("ZipCode-US", "\\b\\d{5}-\\d{4}\\b"));

  private static Map.Entry<String, Pattern> entry(String name, String regex) {
    return Map.entry(name, Pattern.compile(regex));
  }

  DataIdentifiers {
    patterns = List.copyOf(patterns);
  }

  /// Checks a policy that somebody wants to set.
  static void check(JsonNode policy) {
    var statements = policy.path("Statement");
    if (!policy.path("Version").asText().equals("2021-06-01")) {
      throw LogsErrors.invalid("Invalid data protection policy: Version must be 2021-06-01");
    } else if (!statements.isArray() || statements.size() != 2) {
      throw LogsErrors.invalid(
          "Invalid data protection policy: there must be one Audit and one Deidentify statement");
    }
    var _ = of(policy);
  }

  static DataIdentifiers of(JsonNode policy) {
    var custom = policy.path("Configuration").path("CustomDataIdentifier");
    var patterns = new ArrayList<Pattern>();
    for (var statement : policy.path("Statement")) {
      for (var identifier : statement.path("DataIdentifier")) {
        var pattern = pattern(identifier.asText(), custom);
        if (statement.path("Operation").has("Deidentify")) {
          patterns.add(pattern);
        }
      }
    }
    return new DataIdentifiers(patterns);
  }

  private static Pattern pattern(String identifier, JsonNode custom) {
    for (var one : custom) {
      if (one.path("Name").asText().equals(identifier)) {
        try {
          return Pattern.compile(one.path("Regex").asText());
        } catch (java.util.regex.PatternSyntaxException e) {
          throw LogsErrors.invalid(
              "Invalid data protection policy: invalid Regex of " + identifier);
        }
      }
    }
    if (!identifier.startsWith(PREFIX)) {
      throw LogsErrors.invalid("Invalid data protection policy: unknown identifier " + identifier);
    }
    var pattern = MANAGED.get(identifier.substring(PREFIX.length()));
    if (pattern == null) {
      throw Errors.notImplemented("logs", "PutDataProtectionPolicy with " + identifier);
    }
    return pattern;
  }

  /// The text with stars where something was found.
  String mask(String text) {
    var masked = text;
    for (var pattern : patterns) {
      masked = pattern.matcher(masked).replaceAll(DataIdentifiers::stars);
    }
    return masked;
  }

  private static String stars(java.util.regex.MatchResult match) {
    var found = match.group();
    var digits = found.replaceAll("[^0-9]", "");
    // Thirteen digits and more are a card's number only if its check digit is right.
    var isCard = found.matches("(?:\\d[ -]?){12,18}\\d");
    return Matcher.quoteReplacement(isCard && !luhn(digits) ? found : "*".repeat(found.length()));
  }

  private static boolean luhn(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      var digit = digits.charAt(digits.length() - 1 - i) - '0';
      var doubled = i % 2 == 1 ? digit * 2 : digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
  }
}
