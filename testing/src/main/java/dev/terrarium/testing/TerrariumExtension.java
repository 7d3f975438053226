package dev.terrarium.testing;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.time.Clock;
import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import software.amazon.awssdk.core.SdkClient;

/// What [TerrariumTest] does: a cloud for the class, a fork of it for each test. A nested class
/// begins with a fork of what is around it.
final class TerrariumExtension
    implements BeforeAllCallback,
        AfterAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(TerrariumExtension.class);
  private static final String CLOUD = "cloud";
  private static final String OUTPUTS = "outputs";

  @Override
  public void beforeAll(ExtensionContext context) {
    var around = context.getStore(NAMESPACE).get(CLOUD, TestCloud.class);
    var cloud = around == null ? first(settings(context)) : around.fork();
    context.getStore(NAMESPACE).put(CLOUD, cloud);
    var outputs = new HashMap<>(outputs(context));
    for (var deploy : context.getRequiredTestClass().getAnnotationsByType(Deploy.class)) {
      deploy(cloud, deploy, outputs);
    }
    context.getStore(NAMESPACE).put(OUTPUTS, outputs);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (!settings(context).shared()) {
      context.getStore(NAMESPACE).put(CLOUD, cloud(context).fork());
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (!settings(context).shared()) {
      close(context);
    }
  }

  private static void close(ExtensionContext context) {
    var cloud = context.getStore(NAMESPACE).remove(CLOUD, TestCloud.class);
    if (cloud != null) {
      cloud.close();
    }
  }

  private static TestCloud first(TerrariumTest settings) {
    var clock =
        settings.now().isEmpty() ? new Clock() : Clock.stoppedAt(Instant.parse(settings.now()));
    return TestCloud.start(clock, new Scope(settings.account(), settings.region()));
  }

  private static void deploy(TestCloud cloud, Deploy deploy, Map<String, String> outputs) {
    var template = Path.of(deploy.value());
    var file = Objects.requireNonNull(template.getFileName()).toString();
    var stack = deploy.stack().isEmpty() ? file.replaceFirst("\\.[^.]*$", "") : deploy.stack();
    var parameters = new LinkedHashMap<String, String>();
    for (var parameter : deploy.parameters()) {
      var equals = parameter.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("Write a parameter as Name=value, not " + parameter);
      }
      parameters.put(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    cloud
        .deploy(template, stack, parameters)
        .forEach((name, value) -> {
          outputs.put(name, value);
          outputs.put(stack + "." + name, value);
        });
  }

  /// Those of the class, or of one around it.
  private static TerrariumTest settings(ExtensionContext context) {
    for (Class<?> type = context.getRequiredTestClass();
        type != null;
        type = type.getEnclosingClass()) {
      var found = type.getAnnotation(TerrariumTest.class);
      if (found != null) {
        return found;
      }
    }
    return Defaults.class.getAnnotation(TerrariumTest.class);
  }

  /// For who extends with [TerrariumExtension] itself.
  @TerrariumTest
  private static final class Defaults {}

  private static TestCloud cloud(ExtensionContext context) {
    var cloud = context.getStore(NAMESPACE).get(CLOUD, TestCloud.class);
    if (cloud == null) {
      throw new ParameterResolutionException("There is no cloud outside of a test class's methods");
    }
    return cloud;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, String> outputs(ExtensionContext context) {
    var outputs = (Map<String, String>) context.getStore(NAMESPACE).get(OUTPUTS, Map.class);
    return outputs == null ? Map.of() : outputs;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    var type = parameter.getParameter().getType();
    return !(parameter.getDeclaringExecutable() instanceof Constructor)
        && (SdkClient.class.isAssignableFrom(type)
            || type == TestCloud.class
            || type == TestClock.class
            || type == History.class
            || type == Cloud.class
            || type == URI.class && parameter.isAnnotated(Endpoint.class)
            || type == String.class && parameter.isAnnotated(Output.class));
  }

  @Override
  public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    var cloud = cloud(context);
    var type = parameter.getParameter().getType();
    if (type == TestCloud.class) {
      return cloud;
    } else if (type == TestClock.class) {
      return cloud.clock();
    } else if (type == History.class) {
      return cloud.history();
    } else if (type == Cloud.class) {
      return cloud.cloud();
    } else if (type == URI.class) {
      return cloud.endpoint();
    }
    return type == String.class
        ? output(parameter.getParameter(), outputs(context))
        : client(cloud, type);
  }

  private static Object client(TestCloud cloud, Class<?> type) {
    try {
      return cloud.client(type);
    } catch (IllegalArgumentException e) {
      throw new ParameterResolutionException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String output(Parameter parameter, Map<String, String> outputs) {
    var name = Objects.requireNonNull(parameter.getAnnotation(Output.class)).value();
    var value = outputs.get(name);
    if (value == null) {
      throw new ParameterResolutionException(
          "No stack has the output " + name + "; there are " + outputs.keySet());
    }
    return value;
  }
}
