import com.amazonaws.services.dynamodbv2.AmazonDynamoDB;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBMapper;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBMapperConfig;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBMapperConfig.SaveBehavior;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBMapperConfig.TableNameOverride;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBQueryExpression;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBSaveExpression;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBScanExpression;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBTransactionWriteExpression;
import com.amazonaws.services.dynamodbv2.datamodeling.TransactionLoadRequest;
import com.amazonaws.services.dynamodbv2.datamodeling.TransactionWriteRequest;
import com.amazonaws.services.dynamodbv2.model.AttributeValue;
import com.amazonaws.services.dynamodbv2.model.ComparisonOperator;
import com.amazonaws.services.dynamodbv2.model.Condition;
import com.amazonaws.services.dynamodbv2.model.ConditionalCheckFailedException;
import com.amazonaws.services.dynamodbv2.model.ExpectedAttributeValue;
import com.amazonaws.services.dynamodbv2.model.Projection;
import com.amazonaws.services.dynamodbv2.model.ProvisionedThroughput;
import com.amazonaws.services.dynamodbv2.model.TransactionCanceledException;
import com.amazonaws.services.dynamodbv2.util.TableUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `DynamoDBMapper` of version 1, which still speaks the parameters from before there were
/// expressions.
final class Mapped {
  private final AmazonDynamoDB client;
  private final DynamoDBMapper mapper;
  private final DynamoDBMapperConfig config;
  private final String table;
  private final Checks checks;

  Mapped(AmazonDynamoDB client, String suffix, Checks checks) {
    this.client = client;
    this.table = "mapped-" + suffix;
    this.config =
        DynamoDBMapperConfig.builder()
            .withTableNameOverride(TableNameOverride.withTableNameReplacement(table))
            .build();
    this.mapper = new DynamoDBMapper(client, config);
    this.checks = checks;
  }

  void run() throws InterruptedException {
    var create = mapper.generateCreateTableRequest(Account.class, config);
    create.setProvisionedThroughput(new ProvisionedThroughput(5L, 5L));
    create
        .getGlobalSecondaryIndexes()
        .forEach(index ->
            index
                .withProvisionedThroughput(new ProvisionedThroughput(5L, 5L))
                .withProjection(new Projection().withProjectionType("ALL")));
    checks.that(TableUtils.createTableIfNotExists(client, create), "the table is made");
    TableUtils.waitUntilActive(client, table);
    checks.that(!TableUtils.createTableIfNotExists(client, create), "the table is there already");
    versions();
    expected();
    queries();
    batches();
    transactions();
    TableUtils.deleteTableIfExists(
        client, mapper.generateDeleteTableRequest(Account.class, config));
  }

  private static Account account(String owner, String bank, long balance) {
    var account = new Account();
    account.setOwner(owner);
    account.setBank(bank);
    account.setBalance(balance);
    return account;
  }

  private void versions() {
    var account = account("versions", "bank", 5);
    account.setCodes(Set.of(1, 2, 3));
    var limit = new Account.Limit();
    limit.setAmount(1.5);
    limit.setHard(true);
    account.setLimits(List.of(limit));
    mapper.save(account);
    checks.that(account.getId() != null, "the key was generated");
    checks.same(1, account.getVersion(), "the first version");
    var loaded = mapper.load(Account.class, "versions", account.getId());
    checks.same(Set.of(1, 2, 3), loaded.getCodes(), "a set of numbers");
    checks.same(1.5, loaded.getLimits().get(0).getAmount(), "a document in a list");
    checks.same(true, loaded.getLimits().get(0).getHard(), "a flag");
    loaded.setBalance(6L);
    mapper.save(loaded);
    checks.same(2, loaded.getVersion(), "the second version");
    account.setBalance(7L);
    checks.refused(
        ConditionalCheckFailedException.class, () -> mapper.save(account), "an old version");
    checks.refused(
        ConditionalCheckFailedException.class,
        () -> mapper.delete(account),
        "the deletion of an old version");
    var part = new Account();
    part.setOwner("versions");
    part.setId(account.getId());
    part.setVersion(2);
    mapper.save(part, SaveBehavior.UPDATE_SKIP_NULL_ATTRIBUTES.config());
    checks.same(
        6L,
        mapper.load(Account.class, "versions", account.getId()).getBalance(),
        "null is skipped");
    mapper.save(part, SaveBehavior.CLOBBER.config());
    checks.same(
        null, mapper.load(Account.class, "versions", account.getId()).getBalance(), "clobbered");
    mapper.delete(mapper.load(Account.class, "versions", account.getId()));
    checks.same(null, mapper.load(Account.class, "versions", account.getId()), "deleted");
  }

  private void expected() {
    var account = account("expected", "bank", 5);
    account.setId("one");
    var absent =
        new DynamoDBSaveExpression().withExpectedEntry("owner", new ExpectedAttributeValue(false));
    mapper.save(account, absent);
    var again = account("expected", "bank", 6);
    again.setId("one");
    checks.refused(
        ConditionalCheckFailedException.class,
        () -> mapper.save(again, absent, SaveBehavior.CLOBBER.config()),
        "what is there already");
    var rich =
        new DynamoDBSaveExpression()
            .withExpectedEntry(
                "balance",
                new ExpectedAttributeValue()
                    .withComparisonOperator(ComparisonOperator.GE)
                    .withAttributeValueList(new AttributeValue().withN("5")));
    account.setBalance(9L);
    mapper.save(account, rich);
    checks.same(9L, mapper.load(Account.class, "expected", "one").getBalance(), "rich enough");
  }

  private void queries() {
    for (int i = 0; i < 40; i++) {
      var account = account("queries", i % 2 == 0 ? "even" : "odd", i);
      account.setId(String.format("id-%03d", i));
      mapper.save(account);
    }
    var key = new Account();
    key.setOwner("queries");
    var some =
        new DynamoDBQueryExpression<Account>()
            .withHashKeyValues(key)
            .withRangeKeyCondition(
                "id",
                new Condition()
                    .withComparisonOperator(ComparisonOperator.BEGINS_WITH)
                    .withAttributeValueList(new AttributeValue("id-01")))
            .withLimit(3);
    checks.same(10, new ArrayList<>(mapper.query(Account.class, some)).size(), "a query's pages");
    var counted = new DynamoDBQueryExpression<Account>().withHashKeyValues(key);
    checks.same(40, mapper.count(Account.class, counted), "a count");
    var page = mapper.queryPage(Account.class, some);
    checks.same(3, page.getResults().size(), "one page");
    checks.same("id-012", page.getLastEvaluatedKey().get("id").getS(), "where it ends");
    var even = new Account();
    even.setBank("even");
    var byBank =
        new DynamoDBQueryExpression<Account>()
            .withIndexName("by-bank")
            .withConsistentRead(false)
            .withHashKeyValues(even)
            .withScanIndexForward(false)
            .withFilterExpression("balance > :b OR attribute_not_exists(balance)")
            .withExpressionAttributeValues(Map.of(":b", new AttributeValue().withN("20")));
    checks.refused(
        com.amazonaws.services.dynamodbv2.model.AmazonDynamoDBException.class,
        () -> mapper.query(Account.class, byBank).size(),
        "a filter on the index's key");
    byBank.setFilterExpression("begins_with(#o, :o)");
    byBank.setExpressionAttributeNames(Map.of("#o", "owner"));
    byBank.setExpressionAttributeValues(Map.of(":o", new AttributeValue("quer")));
    var found = mapper.query(Account.class, byBank);
    checks.same(20, found.size(), "an index");
    checks.same(38L, found.get(0).getBalance(), "in reverse");
    var scan =
        new DynamoDBScanExpression()
            .withFilterConditionEntry(
                "bank",
                new Condition()
                    .withComparisonOperator(ComparisonOperator.IN)
                    .withAttributeValueList(new AttributeValue("odd"), new AttributeValue("none")));
    checks.same(20, mapper.scan(Account.class, scan).size(), "a scan");
    checks.same(20, mapper.parallelScan(Account.class, scan, 4).size(), "a scan in parallel");
  }

  private void batches() {
    var accounts = new ArrayList<Account>();
    for (int i = 0; i < 60; i++) {
      var account = account("batch", "bank", i);
      account.setId("b" + i);
      accounts.add(account);
    }
    checks.that(mapper.batchSave(accounts).isEmpty(), "a batch is saved");
    checks.same(
        60, mapper.batchLoad(accounts).values().iterator().next().size(), "a batch is loaded");
    checks.that(mapper.batchDelete(accounts).isEmpty(), "a batch is deleted");
    checks.that(
        mapper.batchLoad(accounts).values().stream().allMatch(List::isEmpty), "nothing is left");
  }

  private void transactions() {
    var one = account("transaction", "bank", 1);
    one.setId("one");
    var two = account("transaction", "bank", 2);
    two.setId("two");
    mapper.transactionWrite(new TransactionWriteRequest().addPut(one).addPut(two));
    var loaded = mapper.transactionLoad(new TransactionLoadRequest().addLoad(one).addLoad(two));
    checks.same(2, loaded.size(), "a transaction is loaded");
    var condition =
        new DynamoDBTransactionWriteExpression()
            .withConditionExpression("balance > :b")
            .withExpressionAttributeValues(Map.of(":b", new AttributeValue().withN("10")));
    one = (Account) loaded.get(0);
    var other = new Balance();
    other.setOwner("transaction");
    other.setId("two");
    var request = new TransactionWriteRequest().addDelete(one).addConditionCheck(other, condition);
    try {
      mapper.transactionWrite(request);
      checks.that(false, "a transaction under a condition");
    } catch (TransactionCanceledException e) {
      checks.same("None", e.getCancellationReasons().get(0).getCode(), "the first reason");
      checks.same(
          "ConditionalCheckFailed", e.getCancellationReasons().get(1).getCode(), "the second");
    }
    checks.that(mapper.load(one) != null, "nothing was done");
  }
}
