package dev.terrarium.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.deploy.Packager;
import dev.terrarium.deploy.StackDeployment;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.systems.Clients;
import dev.terrarium.systems.Execution;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;

@Timeout(90)
final class ExportTest {
  private static final String TEMPLATE =
      """
      Transform: AWS::Serverless-2016-10-31
      Parameters:
        Greeting: {Type: String, Description: What it says}
        Secret: {Type: String, NoEcho: true}
      Globals:
        Function: {Runtime: python3.12, Handler: index.handler}
      Resources:
        Hello:
          Type: AWS::Serverless::Function
          Properties:
            CodeUri: hello
            Layers: [!Ref Words]
            Environment: {Variables: {GREETING: !Ref Greeting, SECRET: !Ref Secret}}
        Words:
          Type: AWS::Serverless::LayerVersion
          Properties: {LayerName: words, ContentUri: words}
        Inline:
          Type: AWS::Lambda::Function
          Properties:
            Code: {ZipFile: "def handler(event, context): pass"}
            Handler: index.handler
            Runtime: python3.12
            Role: !GetAtt HelloRole.Arn
      """;

  @TempDir Path folder = Path.of("");
  private final StringWriter told = new StringWriter();

  static Stream<String> systems() {
    return Execution.systems().stream().map(system -> system.name());
  }

  private int export(String... args) {
    var all = Stream.concat(Stream.of("export"), Stream.of(args)).toArray(String[]::new);
    return Main.execute(new PrintWriter(told, true), all);
  }

  private static Map<String, String> deploy(
      Daemon daemon, Path template, String stack, Map<String, String> parameters)
      throws IOException {
    var clients = new Clients(URI.create("http://localhost:" + daemon.port()));
    var packager = Packager.of(clients.s3, clients.sts, clients.region(), line -> {});
    return new StackDeployment(clients.cloudFormation, stack, line -> {})
        .deploy(packager.packaged(template), parameters);
  }

  private static String invoke(Daemon daemon, String function) {
    return daemon
        .cloud()
        .client(LambdaClient.class)
        .invoke(invoke -> invoke.functionName(function))
        .payload()
        .asUtf8String();
  }

  private Path template() throws IOException {
    write("hello/index.py", "import os, words\ndef handler(e, c): return words.say(os.environ)\n");
    write("words/python/words.py", "def say(env): return env['GREETING'] + env['SECRET']\n");
    return write("template.yaml", TEMPLATE);
  }

  private Path write(String name, String text) throws IOException {
    var file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static Daemon daemon() {
    return new Daemon(new Daemon.Settings(null, "127.0.0.1", 0, false, Cloud.DEFAULT_SCOPE));
  }

  @ParameterizedTest
  @MethodSource("systems")
  void everyReferenceSystemCanBeDeployedOnAws(String system) {
    var to = folder.resolve(system);
    assertThat(export(system, "--to", to.toString())).as(told.toString()).isZero();
    assertThat(to.resolve("template.yaml")).isNotEmptyFile();
    assertThat(to.resolve("deploy.sh")).isExecutable();
    assertThat(to.resolve("README.md")).content().contains(system);
  }

  @Test
  void aDeployedStackIsWrittenBackWithItsCodeAndParameters() throws IOException {
    var to = folder.resolve("package");
    var values = Map.of("Greeting", "hello ", "Secret", "you");
    try (var daemon = daemon()) {
      deploy(daemon, template(), "greeter", values);
      var port = "--port=" + daemon.port();
      assertThat(export("--stack", "greeter", "--to", to.toString(), port)).isZero();
    }
    assertThat(to.resolve("parameters")).content().isEqualTo("Greeting=hello \n");
    assertThat(to.resolve("README.md"))
        .content()
        .contains("`Greeting`: `hello `. What it says", "`Secret`: **must be given**");
    assertThat(to.resolve("template.yaml"))
        .content()
        .contains("!Ref 'Words'", "CodeUri: Hello.zip", "ContentUri: Words.zip", "ZipFile");
    try (var other = daemon()) {
      deploy(other, to.resolve("template.yaml"), "again", values);
      var functions = other.cloud().client(LambdaClient.class).listFunctions().functions();
      var hello = functions.stream().filter(f -> f.functionName().contains("Hello")).findFirst();
      assertThat(invoke(other, hello.orElseThrow().functionName())).isEqualTo("\"hello you\"");
    }
  }

  @Test
  void whatWouldNotDeployIsNamedAndNothingIsWritten() throws IOException {
    var code = folder.resolve("code");
    Files.createDirectories(code);
    Files.write(code.resolve("Handler.class"), classFile(69));
    var template =
        write(
            "template.yaml",
            """
            Description: See http://localhost:4566
            Resources:
              Queue:
                Type: AWS::SQS::Queue
                Properties:
                  Tags: [{Key: Console, Value: "http://queue.localhost:4566/"}]
              Old:
                Type: AWS::Lambda::Function
                Properties:
                  Code: {ZipFile: "def handler(event, context): pass"}
                  Handler: index.handler
                  Runtime: python3.8
                  Role: arn:aws:iam::000000000000:role/old
              New:
                Type: AWS::Lambda::Function
                Properties:
                  Code: code
                  Handler: Handler
                  Runtime: java21
                  Role: !Sub "arn:aws:iam::${AWS::AccountId}:role/new"
            """);
    var to = folder.resolve("package");
    try (var daemon = daemon()) {
      deploy(daemon, template, "mixed", Map.of());
      var line = new StringWriter();
      var refused =
          Main.execute(
              new PrintWriter(told, true),
              new PrintWriter(line, true),
              "export",
              "--stack",
              "mixed",
              "--to",
              to.toString(),
              "--port=" + daemon.port());
      assertThat(refused).isEqualTo(1);
      assertThat(line.toString().lines())
          .containsExactly(
              "mixed would not deploy on AWS:",
              "  template.yaml: Resources.Queue.Properties.Tags.Value names an address of this"
                  + " machine, http://queue.localhost",
              "  template.yaml: Resources.Old.Properties.Role names the account 000000000000, which"
                  + " is no account of AWS",
              "  template.yaml: Old has the runtime python3.8, with which AWS creates no functions",
              "  template.yaml: New: Handler.class in New.zip is compiled for Java 25, which its"
                  + " runtime does not read");
    }
    assertThat(folder).isDirectoryNotContaining("glob:**.export-*");
    assertThat(to).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Transform: {Name: AWS::Include, | Conditions: {Always: !Equals [a, a]}",
        "Fn::Transform: {Name: AWS::Include, | Conditions: {Always: !Equals [a, a]}",
        "Conditions: !Transform {Name: AWS::Include, | Always: !Equals [a, a]"
      })
  void whatIsIncludedFromABucketHereIsNamed(String include, String part) throws IOException {
    var where = " Parameters: {Location: s3://parts/part.yaml}}\n";
    var queue = "Resources: {Queue: {Type: AWS::SQS::Queue}}\n";
    var line = new StringWriter();
    try (var daemon = daemon()) {
      var s3 = daemon.cloud().client(S3Client.class);
      s3.createBucket(bucket -> bucket.bucket("parts"));
      s3.putObject(put -> put.bucket("parts").key("part.yaml"), RequestBody.fromString(part));
      daemon
          .cloud()
          .client(CloudFormationClient.class)
          .createStack(stack ->
              stack
                  .stackName("including")
                  .templateBody(include + where + queue)
                  .capabilitiesWithStrings("CAPABILITY_AUTO_EXPAND"));
      var to = folder.resolve("package").toString();
      var refused =
          Main.execute(
              new PrintWriter(told, true),
              new PrintWriter(line, true),
              "export",
              "--stack",
              "including",
              "--to",
              to,
              "--port=" + daemon.port());
      assertThat(refused).isEqualTo(1);
    }
    assertThat(line.toString())
        .contains("Location includes s3://parts/part.yaml, which lies in a bucket here");
  }

  private static byte[] classFile(int version) {
    return new byte[] {(byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe, 0, 0, 0, (byte) version};
  }
}
