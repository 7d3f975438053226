import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBHashKey;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBRangeKey;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBTable;

/// An account's balance, without a version: what has one takes no other condition.
@DynamoDBTable(tableName = "accounts")
public class Balance {
  private String owner;
  private String id;
  private Long balance;

  @DynamoDBHashKey
  public String getOwner() {
    return owner;
  }

  public void setOwner(String owner) {
    this.owner = owner;
  }

  @DynamoDBRangeKey
  public String getId() {
    return id;
  }

  public void setId(String id) {
    this.id = id;
  }

  public Long getBalance() {
    return balance;
  }

  public void setBalance(Long balance) {
    this.balance = balance;
  }
}
