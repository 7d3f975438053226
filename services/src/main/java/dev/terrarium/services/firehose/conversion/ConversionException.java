package dev.terrarium.services.firehose.conversion;

/// Why a record, or all of them, cannot be converted.
public final class ConversionException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;

  /// @param code AWS's, such as `DataFormatConversion.MalformedData`
  public ConversionException(String code, String message) {
    super(message);
    this.code = code;
  }

  /// AWS's code of the error.
  public String code() {
    return code;
  }

  /// What is wrong, as AWS words it.
  public String text() {
    return String.valueOf(getMessage());
  }

  static ConversionException malformed(String message) {
    return new ConversionException("DataFormatConversion.MalformedData", message);
  }

  static ConversionException mismatch(String message) {
    return malformed("Data does not match the schema. " + message);
  }
}
