package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.cloudformation.template.Parameters;
import dev.terrarium.services.cloudformation.template.Rules;
import dev.terrarium.services.cloudformation.template.Template;
import dev.terrarium.services.cloudformation.template.TemplateException;
import dev.terrarium.services.cloudformation.template.TemplateReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.Tag;
import software.amazon.awssdk.services.s3.S3Client;

/// Fetches templates, applies their transforms and checks everything that can be checked before
/// anything is made.
final class Preparer {
  private static final int BODY_MAX = 51_200;
  private static final int URL_BODY_MAX = 1_048_576;
  private static final Pattern VIRTUAL_HOST =
      Pattern.compile("(.+)\\.s3(?:[.-][a-z0-9-]+)?\\.(?:amazonaws\\.com|localhost.*)");
  private static final Map<String, String> IAM_NAMES =
      Map.of(
          "AWS::IAM::Role", "RoleName",
          "AWS::IAM::User", "UserName",
          "AWS::IAM::Group", "GroupName",
          "AWS::IAM::ManagedPolicy", "ManagedPolicyName",
          "AWS::IAM::InstanceProfile", "InstanceProfileName",
          "AWS::IAM::Policy", "",
          "AWS::IAM::AccessKey", "",
          "AWS::IAM::UserToGroupAddition", "",
          "AWS::IAM::UserPolicy", "",
          "AWS::IAM::RolePolicy", "");

  private final Cloud cloud;
  private final Types types;

  Preparer(Cloud cloud, Types types) {
    this.cloud = cloud;
    this.types = types;
  }

  /// The text of a template that was given in one of the two ways.
  String body(@Nullable String body, @Nullable String url) {
    if (body != null && url != null || body == null && url == null) {
      throw StackErrors.validation("Either Template URL or Template Body must be specified.");
    }
    if (body != null) {
      if (body.isEmpty()) {
        throw StackErrors.validation(
            "1 validation error detected: Value '' at 'templateBody' failed to satisfy constraint: Member must have length greater than or equal to 1");
      }
      if (body.getBytes(StandardCharsets.UTF_8).length > BODY_MAX) {
        throw StackErrors.validation(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200");
      }
      return body;
    }
    return fetch(Objects.requireNonNull(url));
  }

  private String fetch(String url) {
    var uri = uri(url);
    var host = uri.getHost();
    if (host == null || !Set.of("http", "https").contains(String.valueOf(uri.getScheme()))) {
      throw unsupported();
    }
    var path = uri.getPath().replaceFirst("^/+", "");
    var virtual = VIRTUAL_HOST.matcher(host);
    String bucket;
    String key;
    if (virtual.matches()) {
      bucket = virtual.group(1);
      key = path;
    } else {
      var slash = path.indexOf('/');
      if (slash < 0) {
        throw StackErrors.validation(
            "TemplateURL must reference a valid S3 object to which you have access.");
      }
      bucket = path.substring(0, slash);
      key = path.substring(slash + 1);
    }
    return fetch(bucket, key);
  }

  private String fetch(String bucket, String key) {
    try {
      var object =
          cloud.client(S3Client.class).getObjectAsBytes(get -> get.bucket(bucket).key(key));
      if (object.asByteArrayUnsafe().length > URL_BODY_MAX) {
        throw StackErrors.validation("Template may not exceed 1000000 bytes in size.");
      }
      return object.asUtf8String();
    } catch (SdkException e) {
      var why = e instanceof AwsServiceException told ? Errors.message(told) : e.getMessage();
      var error =
          StackErrors.validation(
              "S3 error: "
                  + why
                  + "\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html");
      error.addSuppressed(e);
      throw error;
    } catch (IllegalArgumentException e) {
      throw Errors.of(501, "NotImplemented", "TemplateURL needs S3, which is not there");
    }
  }

  private static URI uri(String url) {
    try {
      return new URI(url.replace(" ", "%20"));
    } catch (URISyntaxException e) {
      throw unsupported();
    }
  }

  private static CloudFormationException unsupported() {
    return StackErrors.validation("TemplateURL must be a supported URL.");
  }

  /// The tree of a template, transforms applied.
  ObjectNode process(String body, Map<String, String> parameters) {
    return Transforms.apply(cloud, TemplateReader.read(body), parameters, this::fetch);
  }

  /// Everything that must hold before a stack is made or changed.
  ///
  /// @param previous the values for parameters that keep theirs
  Version prepare(
      String body,
      List<Parameter> given,
      Map<String, String> previous,
      List<Tag> tags,
      List<String> capabilities,
      boolean expandNeedsCapability) {
    try {
      var values = values(given, previous);
      var raw = TemplateReader.read(body);
      var transforms = Transforms.names(raw);
      if (expandNeedsCapability
          && !transforms.isEmpty()
          && !capabilities.contains("CAPABILITY_AUTO_EXPAND")) {
        throw StackErrors.capabilities("CAPABILITY_AUTO_EXPAND");
      }
      var tagMap = new LinkedHashMap<String, String>();
      tags.forEach(tag -> tagMap.put(tag.key(), tag.value()));
      ObjectNode root;
      try {
        root = Transforms.apply(cloud, raw.deepCopy(), values, this::fetch);
      } catch (TemplateException e) {
        if (transforms.isEmpty()) {
          throw e;
        }
        var failure = String.valueOf(e.getMessage());
        return new Version(body, Json.write(raw), values, tagMap, Map.of(), failure);
      }
      var template = Template.check(root);
      var parameters = Parameters.resolve(template, values);
      var resolved = new DynamicReferences(cloud).parameters(template, parameters);
      var known = new LinkedHashMap<>(parameters);
      known.putAll(resolved);
      Rules.check(template, known, Call.current().region());
      DynamicReferences.check(template);
      types.check(template);
      requireCapabilities(template, capabilities);
      return new Version(body, Json.write(root), parameters, tagMap, resolved, "");
    } catch (TemplateException e) {
      throw StackErrors.validation(e);
    }
  }

  private static Map<String, String> values(List<Parameter> given, Map<String, String> previous) {
    var values = new LinkedHashMap<String, String>();
    for (var parameter : given) {
      var name = parameter.parameterKey();
      if (Boolean.TRUE.equals(parameter.usePreviousValue())) {
        if (parameter.parameterValue() != null) {
          throw new TemplateException(
              "Invalid input for parameter key "
                  + name
                  + ". Cannot specify usePreviousValue as true and non empty value for a parameter");
        }
        var value = previous.get(name);
        if (value == null) {
          throw new TemplateException(
              "Invalid input for parameter key "
                  + name
                  + ". Cannot specify usePreviousValue as true for a parameter key not in the previous template");
        }
        values.put(name, value);
      } else if (values.put(name, Objects.requireNonNullElse(parameter.parameterValue(), ""))
          != null) {
        throw new TemplateException("Duplicate parameters: [" + name + "]");
      }
    }
    return values;
  }

  private static void requireCapabilities(Template template, List<String> capabilities) {
    var needed = capabilities(template);
    if (needed.contains("CAPABILITY_NAMED_IAM") && !capabilities.contains("CAPABILITY_NAMED_IAM")) {
      throw StackErrors.capabilities("CAPABILITY_NAMED_IAM");
    }
    if (needed.contains("CAPABILITY_IAM")
        && !capabilities.contains("CAPABILITY_IAM")
        && !capabilities.contains("CAPABILITY_NAMED_IAM")) {
      throw StackErrors.capabilities("CAPABILITY_IAM");
    }
  }

  /// What the resources of a template need to be acknowledged.
  static List<String> capabilities(Template template) {
    var needed = new TreeSet<String>();
    for (var name : template.resourceNames()) {
      var named = IAM_NAMES.get(template.type(name));
      if (named != null) {
        needed.add(
            !named.isEmpty() && template.resource(name).path("Properties").has(named)
                ? "CAPABILITY_NAMED_IAM"
                : "CAPABILITY_IAM");
      }
    }
    if (needed.contains("CAPABILITY_NAMED_IAM")) {
      needed.remove("CAPABILITY_IAM");
    }
    return List.copyOf(needed);
  }

  /// The resources that made capabilities necessary.
  static List<String> capabilityTypes(Template template) {
    return template.resourceNames().stream()
        .map(template::type)
        .filter(IAM_NAMES::containsKey)
        .distinct()
        .sorted()
        .toList();
  }
}
