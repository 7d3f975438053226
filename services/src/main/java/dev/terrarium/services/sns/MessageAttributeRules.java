package dev.terrarium.services.sns;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

/// What SNS demands of the attributes of a message before it takes it.
final class MessageAttributeRules {
  private static final Pattern TYPE = Pattern.compile("(String|Number|Binary)(\\..+)?");
  private static final int NAME_MAX = 256;

  private MessageAttributeRules() {}

  /// @param member where the attributes are in the request, as AWS writes it
  static void check(Map<String, MessageAttributeValue> attributes, String member) {
    attributes.forEach((name, value) -> check(name, value, member));
  }

  private static void check(String name, MessageAttributeValue value, String member) {
    checkName(name);
    var type = value.dataType();
    if (type == null) {
      throw SnsErrors.required(member + "." + name + ".member.dataType");
    } else if (!TYPE.matcher(type).matches()) {
      throw attribute(
          name,
          " has an invalid message attribute type, the set of supported type prefixes is Binary,"
              + " Number, and String.");
    }
    var text = value.stringValue();
    var binary = value.binaryValue();
    if (type.startsWith("Binary")) {
      var size = binary == null ? -1 : binary.asByteArrayUnsafe().length;
      checkValue(name, type, "Binary", size, text != null);
    } else {
      checkValue(name, type, "String", text == null ? -1 : text.length(), binary != null);
      if (type.startsWith("Number")) {
        checkNumber(name, text);
      }
    }
  }

  /// @param size of the value in the field that the type wants, or -1 if there is none
  private static void checkValue(String name, String type, String field, int size, boolean other) {
    if (size < 0 && other) {
      throw attribute(name, " with type '" + type + "' must use field '" + field + "'.");
    } else if (size < 1) {
      throw attribute(
          name,
          " must contain non-empty message attribute value for message attribute type '"
              + type
              + "'.");
    }
  }

  private static void checkNumber(String name, @Nullable String text) {
    try {
      new BigDecimal(String.valueOf(text));
    } catch (NumberFormatException e) {
      throw SnsErrors.invalidValue(
          "Could not cast message attribute '" + name + "' value to number.");
    }
  }

  private static void checkName(String name) {
    if (name.length() > NAME_MAX) {
      throw SnsErrors.invalidValue("Length of message attribute name must be less than 256 bytes.");
    } else if (name.startsWith(".")) {
      throw SnsErrors.invalidValue(
          "Invalid message attribute name starting character '.' was found.");
    } else if (name.endsWith(".")) {
      throw SnsErrors.invalidValue(
          "Invalid message attribute name ending character '.' was found.");
    }
    for (int i = 0; i < name.length(); i++) {
      var c = name.charAt(i);
      if (!isPlain(c)) {
        throw SnsErrors.invalidValue(
            "Invalid non-alphanumeric character '#x"
                + Integer.toHexString(c).toUpperCase(java.util.Locale.ROOT)
                + "' was found in the message attribute name. Can only include alphanumeric"
                + " characters, hyphens, underscores, or dots.");
      } else if (c == '.' && name.charAt(i - 1) == '.') {
        throw SnsErrors.invalidValue(
            "Message attribute name can not have successive '.' character.");
      }
    }
  }

  private static boolean isPlain(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '-'
        || c == '_'
        || c == '.';
  }

  private static software.amazon.awssdk.awscore.exception.AwsServiceException attribute(
      String name, String problem) {
    return SnsErrors.invalidValue("The message attribute '" + name + "'" + problem);
  }
}
