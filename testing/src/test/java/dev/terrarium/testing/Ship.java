package dev.terrarium.testing;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;

/// The function of the stack that the tests deploy.
public final class Ship implements RequestHandler<Map<String, Object>, String> {
  @Override
  public String handleRequest(Map<String, Object> event, Context context) {
    context.getLogger().log("shipped");
    return "shipped";
  }
}
