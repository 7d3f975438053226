package dev.terrarium.wire;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Service;
import dev.terrarium.kernel.model.Operation;
import dev.terrarium.kernel.model.Protocol;
import dev.terrarium.wire.codec.FormShapes;
import dev.terrarium.wire.codec.Names;
import dev.terrarium.wire.codec.XmlShapes;
import dev.terrarium.wire.codec.XmlWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;

/// awsQuery and ec2Query: a form with `Action`, XML back.
final class QueryProtocol implements ClientProtocol {
  private static final Map<String, String> NAMESPACES =
      Map.of(
          "sqs", "http://queue.amazonaws.com/doc/2012-11-05/",
          "sns", "http://sns.amazonaws.com/doc/2010-03-31/",
          "iam", "https://iam.amazonaws.com/doc/2010-05-08/",
          "sts", "https://sts.amazonaws.com/doc/2011-06-15/",
          "cloudformation", "http://cloudformation.amazonaws.com/doc/2010-05-15/",
          "cloudwatch", "http://monitoring.amazonaws.com/doc/2010-08-01/",
          "ec2", "http://ec2.amazonaws.com/doc/2016-11-15/");

  private final Map<String, List<String>> form;
  private final String service;
  private final boolean ec2;

  QueryProtocol(Map<String, List<String>> form, Service service) {
    this.form = form;
    this.service = service.name();
    this.ec2 = service.model().protocol() == Protocol.EC2;
  }

  @Override
  public Decoded decode(WireRequest request, Service target) {
    var action = form.getOrDefault("Action", List.of("")).getFirst();
    if (action.isEmpty()) {
      throw Errors.of(400, "MissingAction", "The request must contain the parameter Action");
    }
    var operation = target.model().operation(action);
    if (operation == null) {
      throw Errors.of(
          400, "InvalidAction", "The action " + action + " is not valid for this web service.");
    }
    var values = new HashMap<String, String>();
    form.forEach((name, list) -> values.put(name, list.getFirst()));
    if (service.equals("sqs")
        && !values.containsKey("QueueUrl")
        && request.rawPath().length() > 1) {
      values.put("QueueUrl", "http://" + request.host() + request.rawPath());
    }
    var builder = operation.requestBuilder().get();
    new FormShapes(names(action), ec2).read(values, builder);
    return new Decoded(operation, builder);
  }

  private Names names(String action) {
    return service.equals("sqs") ? Names.sqs(action) : Names.PLAIN;
  }

  @Override
  public WireResponse encode(Operation operation, SdkPojo response, String requestId) {
    var name = operation.name();
    var out = new XmlWriter().open(name + "Response");
    namespace(out);
    var shapes = new XmlShapes(names(name));
    if (ec2) {
      out.element("requestId", requestId);
      shapes.write(out, response);
    } else {
      out.open(name + "Result");
      shapes.write(out, response);
      out.close(name + "Result");
      out.open("ResponseMetadata").element("RequestId", requestId).close("ResponseMetadata");
    }
    return finish(200, out.close(name + "Response"), requestId);
  }

  @Override
  public WireResponse error(
      @Nullable Operation operation, AwsServiceException error, String requestId) {
    var code = JsonProtocol.queryCode(service, Errors.code(error));
    var message = message(code, error);
    var out = new XmlWriter();
    if (ec2) {
      out.open("Response").open("Errors").open("Error");
      out.element("Code", code);
      message(out, message);
      members(out, error);
      out.close("Error").close("Errors").element("RequestID", requestId).close("Response");
      return finish(error.statusCode(), out, requestId);
    }
    namespace(out.open("ErrorResponse"));
    out.open("Error").element("Type", error.statusCode() < 500 ? "Sender" : "Receiver");
    out.element("Code", code);
    message(out, message);
    members(out, error);
    out.close("Error").element("RequestId", requestId).close("ErrorResponse");
    return finish(error.statusCode(), out, requestId);
  }

  @Override
  public Refusals refusals() {
    return Refusals.QUERY;
  }

  @Override
  public AwsServiceException malformed(String message) {
    return Errors.of(400, "MalformedInput", message);
  }

  private void namespace(XmlWriter out) {
    var namespace = NAMESPACES.get(service);
    if (namespace != null) {
      out.attribute("xmlns", namespace);
    }
  }

  /// SQS tells clients of its query protocol of a missing queue in the words of its first years.
  private static String message(String code, AwsServiceException error) {
    return code.equals("AWS.SimpleQueueService.NonExistentQueue")
        ? "The specified queue does not exist for this wsdl version."
        : Errors.message(error);
  }

  private static void message(XmlWriter out, String message) {
    if (!message.isEmpty()) {
      out.element("Message", message);
    }
  }

  private static void members(XmlWriter out, AwsServiceException error) {
    if (error instanceof SdkPojo pojo) {
      new XmlShapes(Names.PLAIN).write(out, pojo);
    }
  }

  private WireResponse finish(int status, XmlWriter out, String requestId) {
    var type = ec2 ? "text/xml;charset=UTF-8" : "text/xml";
    return WireResponse.of(status, type, out.toBytes()).with("x-amzn-RequestId", requestId);
  }
}
