// PartitionSupervisor, as the host sees it.
#include "supervisor_fixture.hpp"

namespace patchbay::test {
namespace {

class partition_test : public supervisor_test {
 protected:
  pb_pid start(int partitions) {
    json args{{"partitions", 1}, {"children", json::array()}, {"intensity", 100}};
    for (int i = 0; i < partitions; ++i) args["children"].push_back(worker(std::to_string(i)));
    return host_.spawn("sup", args, "pool");
  }
};

TEST_F(partition_test, each_partition_is_found_by_its_number_without_asking_the_supervisor) {
  const pb_pid pool = start(3);
  EXPECT_EQ(host_.partitions().size(pool), 3u);
  host_.hold(pool);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(host_->alive(host_.partitions().at(pool, i)));
  EXPECT_EQ(host_.partitions().at(pool, 3), 0u);
  host_.let_go();
}

TEST_F(partition_test, a_restarted_partition_takes_its_place) {
  const pb_pid pool = start(2);
  const pb_pid before = host_.partitions().at(pool, 1);
  crash(before);
  EXPECT_TRUE(host_.eventually([&] {
    const pb_pid now = host_.partitions().at(pool, 1);
    return now != 0 && now != before;
  }));
  EXPECT_EQ(host_.partitions().at(pool, 1), child(pool, "1"));
}

TEST_F(partition_test, resize_stops_the_last_ones_and_starts_them_again) {
  const pb_pid pool = start(3);
  ASSERT_TRUE(host_.control().resize(pool, 1).ok());
  EXPECT_EQ(host_.partitions().size(pool), 1u);
  EXPECT_EQ(children_of(pool), "0 1- 2-");
  EXPECT_EQ(host_.control().resize(pool, 4).failure().code, "badarg") << "not more than it was started with";
  ASSERT_TRUE(host_.control().resize(pool, 2).ok());
  EXPECT_EQ(children_of(pool), "0 1 2-");
  EXPECT_EQ(host_.partitions().at(pool, 1), child(pool, "1"));
  EXPECT_EQ(host_.control().resize(sup({}), 1).failure().code, "badarg");
}

TEST_F(partition_test, its_end_leaves_no_entry) {
  const pb_pid pool = start(2);
  EXPECT_EQ(stop(pool).words(), "shutdown");
  EXPECT_TRUE(host_.eventually([&] { return host_.partitions().size(pool) == 0; }));
}

}  // namespace
}  // namespace patchbay::test
