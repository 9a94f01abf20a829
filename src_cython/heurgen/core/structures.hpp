// Data structures of the search core that Cython expresses badly. No planning logic lives here.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <queue>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sys/mman.h>

namespace heurgen {

// splitmix64's finalizer (Steele, Lea, Flood, OOPSLA 2014): a bijection, so distinct codes stay distinct.
inline uint64_t mix(uint64_t x) {
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

// The two halves of the Zobrist key of an atom; computed, since a table would cost a cache miss.
inline uint64_t key_low(uint64_t code) { return mix(code); }
inline uint64_t key_high(uint64_t code) { return mix(code ^ 0xd1b54a32d192ed03ULL); }

// Division by a constant with a multiplication (Granlund and Montgomery, PLDI 1994), for dividends < 2^31.
struct Divisor {
    uint64_t magic = 0;
    uint32_t value = 1;
    Divisor() = default;
    explicit Divisor(uint32_t d) : magic(d > 1 ? (~uint64_t(0)) / d + 1 : 0), value(d) {}
    uint32_t divide(uint32_t n) const {
        return value == 1 ? n : uint32_t((static_cast<unsigned __int128>(magic) * n) >> 64);
    }
};

// Maps tuples of 32-bit numbers, all of the same width, to 0, 1, 2, ... in order of arrival.
class Interner {
  public:
    explicit Interner(int width) : width_(width), slots_(64, EMPTY) {}

    int64_t find(const uint32_t* key) const {
        size_t i = hash(key) & (slots_.size() - 1);
        while (slots_[i] != EMPTY) {
            if (equal(slots_[i], key)) return slots_[i];
            i = (i + 1) & (slots_.size() - 1);
        }
        return -1;
    }

    uint32_t intern(const uint32_t* key) {
        int64_t known = find(key);
        if (known >= 0) return static_cast<uint32_t>(known);
        if ((count_ + 1) * 2 > slots_.size()) grow();
        uint32_t id = count_++;
        keys_.insert(keys_.end(), key, key + width_);
        place(id);
        return id;
    }

    const uint32_t* key(uint32_t id) const { return keys_.data() + size_t(id) * width_; }
    uint32_t size() const { return count_; }
    int width() const { return width_; }

  private:
    static constexpr uint32_t EMPTY = UINT32_MAX;

    uint64_t hash(const uint32_t* key) const {
        uint64_t h = 0;
        for (int i = 0; i < width_; ++i) h = mix(h ^ key[i]);
        return h;
    }
    bool equal(uint32_t id, const uint32_t* key) const {
        const uint32_t* own = this->key(id);
        for (int i = 0; i < width_; ++i)
            if (own[i] != key[i]) return false;
        return true;
    }
    void place(uint32_t id) {
        size_t i = hash(key(id)) & (slots_.size() - 1);
        while (slots_[i] != EMPTY) i = (i + 1) & (slots_.size() - 1);
        slots_[i] = id;
    }
    void grow() {
        slots_.assign(slots_.size() * 2, EMPTY);
        for (uint32_t id = 0; id < count_; ++id) place(id);
    }

    int width_;
    uint32_t count_ = 0;
    std::vector<uint32_t> keys_;
    std::vector<uint32_t> slots_;
};

// A number for a tuple of terms, each a parameter or a constant: mixed radix where the space is small
// enough ("dense"), else by way of an interner. Constants are folded into `base`.
struct Form {
    struct Term {
        uint32_t param;
        uint32_t stride;
    };
    int64_t base = 0;
    std::vector<Term> terms;
    Interner* interner = nullptr;       // null: dense; not owned
    int64_t offset = 0;                 // added to what the interner says
    std::vector<uint32_t> prefix;       // constant head of the interner's key
    std::vector<int32_t> key_params;    // per key position: the parameter, or -1
    std::vector<uint32_t> key_constants;

    bool dense() const { return interner == nullptr; }

    int64_t dense_code(const uint32_t* params) const {
        int64_t code = base;
        for (const Term& t : terms) code += int64_t(t.stride) * params[t.param];
        return code;
    }
    // -1 where nothing has that number yet.
    int64_t find(const uint32_t* params) const {
        if (dense()) return dense_code(params);
        uint32_t small[16];
        std::vector<uint32_t> large;
        int64_t id = interner->find(gather(params, small, large));
        return id < 0 ? -1 : id + offset;
    }
    int64_t intern(const uint32_t* params) const {
        if (dense()) return dense_code(params);
        uint32_t small[16];
        std::vector<uint32_t> large;
        return int64_t(interner->intern(gather(params, small, large))) + offset;
    }

  private:
    const uint32_t* gather(const uint32_t* params, uint32_t* small, std::vector<uint32_t>& large) const {
        size_t n = prefix.size() + key_params.size();
        uint32_t* key = small;
        if (n > 16) {
            large.resize(n);
            key = large.data();
        }
        size_t k = 0;
        for (uint32_t value : prefix) key[k++] = value;
        for (size_t i = 0; i < key_params.size(); ++i)
            key[k++] = key_params[i] < 0 ? key_constants[i] : params[key_params[i]];
        return key;
    }
};

// A sorted set of 32-bit numbers.
struct Bucket {
    uint32_t* data = nullptr;
    uint32_t size = 0;
    uint32_t capacity = 0;

    bool insert(uint32_t value) {
        if (size == capacity) {
            uint32_t wanted = capacity ? capacity * 2 : 4;
            auto* fresh = static_cast<uint32_t*>(std::realloc(data, size_t(wanted) * sizeof(uint32_t)));
            if (!fresh) return false;
            data = fresh;
            capacity = wanted;
        }
        uint32_t at = position(value);
        std::memmove(data + at + 1, data + at, size_t(size - at) * sizeof(uint32_t));
        data[at] = value;
        ++size;
        return true;
    }
    void erase(uint32_t value) {
        uint32_t at = position(value);
        --size;
        std::memmove(data + at, data + at + 1, size_t(size - at) * sizeof(uint32_t));
    }
    // Where a value is, or would be: how many are smaller.
    uint32_t position(uint32_t value) const {
        if (size == 0 || data[size - 1] < value) return size;
        return static_cast<uint32_t>(std::lower_bound(data, data + size, value) - data);
    }
};

// The atoms of one predicate that hold, by the values at some of its argument positions.
class Index {
  public:
    // `spread` is the number of possible keys, 0 where it is too large to reserve a bucket for each.
    Index(std::vector<int> positions, std::vector<uint32_t> lows, std::vector<uint32_t> strides, size_t spread)
        : positions_(std::move(positions)), lows_(std::move(lows)), strides_(std::move(strides)) {
        if (spread) buckets_.resize(spread);
        else keys_ = std::make_unique<Interner>(static_cast<int>(positions_.size()));
    }
    ~Index() {
        for (Bucket& bucket : buckets_) std::free(bucket.data);
    }
    Index(const Index&) = delete;
    Index& operator=(const Index&) = delete;

    bool insert(uint32_t code, const uint32_t* arguments) { return bucket(arguments).insert(code); }
    void erase(uint32_t code, const uint32_t* arguments) { bucket(arguments).erase(code); }

    Interner* keys() const { return keys_.get(); }
    // The bucket of a key's number; null where no atom ever had that key.
    const Bucket* at(int64_t number) const {
        return number < 0 || size_t(number) >= buckets_.size() ? nullptr : &buckets_[number];
    }
    // The number of the key that full arguments have; -1 where it has none yet.
    int64_t number(const uint32_t* arguments) const {
        if (!keys_) {
            int64_t n = 0;
            for (size_t i = 0; i < positions_.size(); ++i)
                n += int64_t(arguments[positions_[i]] - lows_[i]) * strides_[i];
            return n;
        }
        std::vector<uint32_t> key;
        for (int position : positions_) key.push_back(arguments[position]);
        return keys_->find(key.data());
    }

  private:
    Bucket& bucket(const uint32_t* arguments) {
        if (!keys_) return buckets_[number(arguments)];
        std::vector<uint32_t> key;
        for (int position : positions_) key.push_back(arguments[position]);
        uint32_t id = keys_->intern(key.data());
        if (id >= buckets_.size()) buckets_.resize(id + 1);
        return buckets_[id];
    }

    std::vector<int> positions_;
    std::vector<uint32_t> lows_, strides_;
    std::vector<Bucket> buckets_;
    std::unique_ptr<Interner> keys_;
};

// A node of the search tree. No state is stored: the parent, the action and which of its effects
// changed something suffice to get there and back.
struct Node {
    uint64_t hash_low, hash_high;
    uint64_t action;    // packed arguments, or an offset into NodeTable::wide
    uint32_t parent;
    uint32_t changes;   // bit i: effect i changed its atom
    uint32_t depth;
    uint16_t schema;
    uint16_t flags;
};
static_assert(sizeof(Node) == 40, "memory per node is part of the contract");

constexpr uint32_t NO_NODE = UINT32_MAX;
constexpr uint16_t NODE_CLOSED = 1, NODE_DEAD_END = 2;

// Memory in huge pages where the system has them: the table of nodes is read at random, and with small pages
// most of the time goes into looking up addresses. The first `plain` bytes are in small pages all the same.
template <typename T>
T* allocate_large(size_t count, size_t plain = 0) {
    constexpr size_t HUGE_PAGE = size_t(1) << 21;
    size_t bytes = (count * sizeof(T) + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    void* memory = std::aligned_alloc(HUGE_PAGE, bytes);
#ifdef MADV_HUGEPAGE
    if (memory && plain < bytes) madvise(static_cast<char*>(memory) + plain, bytes - plain, MADV_HUGEPAGE);
#endif
    return static_cast<T*>(memory);
}

// All nodes, found by the 128-bit hash of their state. Grows in chunks: nodes never move.
// A slot holds a node and 32 bits of its hash, so that most comparisons do not touch the node.
class NodeTable {
  public:
    NodeTable() { make_slots(1 << 12); }
    ~NodeTable() {
        for (Node* chunk : chunks_) std::free(chunk);
        std::free(slots_);
    }
    NodeTable(const NodeTable&) = delete;
    NodeTable& operator=(const NodeTable&) = delete;

    Node& operator[](uint32_t id) {
        return id < CHUNK_SIZE ? chunks_[0][id] : chunks_[id >> CHUNK_BITS][id & (CHUNK_SIZE - 1)];
    }
    uint32_t size() const { return count_; }

    // Have the slot of a hash fetched into the cache.
    void prefetch(uint64_t low) const { __builtin_prefetch(&slots_[home(low)]); }

    uint32_t find(uint64_t low, uint64_t high) {
        uint32_t tag = static_cast<uint32_t>(high);
        for (size_t i = home(low); slots_[i].id != NO_NODE; i = next(i)) {
            if (slots_[i].tag != tag) continue;
            const Node& node = (*this)[slots_[i].id];
            if (node.hash_low == low && node.hash_high == high) return slots_[i].id;
        }
        return NO_NODE;
    }
    // A new node with that hash, which must not be there yet; NO_NODE where memory ran out.
    uint32_t add(uint64_t low, uint64_t high) {
        if (count_ == NO_NODE - 1) return NO_NODE;
        if ((count_ & (CHUNK_SIZE - 1)) == 0) {
            // The many small searches should not pay for a huge page.
            Node* chunk = allocate_large<Node>(CHUNK_SIZE, count_ == 0 ? size_t(1) << 21 : 0);
            if (!chunk) return NO_NODE;
            chunks_.push_back(chunk);
        }
        if (uint64_t(count_ + 1) * 10 > uint64_t(slot_count_) * 8 && !grow()) return NO_NODE;
        uint32_t id = count_++;
        Node& node = (*this)[id];
        node.hash_low = low;
        node.hash_high = high;
        place(id);
        return id;
    }
    size_t bytes() const {
        return (chunks_.size() * sizeof(Node) << CHUNK_BITS) + slot_count_ * sizeof(Slot) +
               wide.capacity() * sizeof(uint32_t);
    }

    std::vector<uint32_t> wide;     // arguments and changes of actions too large for a node's fields

  private:
    struct Slot {
        uint32_t id, tag;
    };
    // 10 huge pages: no part of one is wasted.
    static constexpr uint32_t CHUNK_BITS = 19, CHUNK_SIZE = 1u << CHUNK_BITS;

    // Where a hash belongs, for any number of slots (Lemire, "Fast Random Integer Generation in an Interval", 2019).
    size_t home(uint64_t low) const {
        return size_t((static_cast<unsigned __int128>(low) * slot_count_) >> 64);
    }
    size_t next(size_t i) const { return i + 1 == slot_count_ ? 0 : i + 1; }

    bool make_slots(size_t count) {
        Slot* fresh = count > (1 << 16) ? allocate_large<Slot>(count)
                                        : static_cast<Slot*>(std::malloc(count * sizeof(Slot)));
        if (!fresh) return false;
        std::memset(fresh, 0xFF, count * sizeof(Slot));
        slots_ = fresh;
        slot_count_ = count;
        return true;
    }
    void place(uint32_t id) {
        const Node& node = (*this)[id];
        size_t i = home(node.hash_low);
        while (slots_[i].id != NO_NODE) i = next(i);
        slots_[i] = Slot{id, static_cast<uint32_t>(node.hash_high)};
    }
    bool grow() {
        // Smaller steps once that saves much: most of the slots would be empty right after doubling.
        size_t count = slot_count_ < (size_t(1) << 20) ? slot_count_ * 2 : slot_count_ + slot_count_ / 2;
        std::free(slots_);          // not both tables at once; the nodes know all that is needed
        slots_ = nullptr;
        if (!make_slots(count)) return false;
        for (uint32_t id = 0; id < count_; ++id) place(id);
        return true;
    }

    std::vector<Node*> chunks_;
    Slot* slots_ = nullptr;
    size_t slot_count_ = 0;
    uint32_t count_ = 0;
};

// Numbers by id, in chunks: growing copies nothing, so memory never peaks above what is in use.
class Links {
  public:
    Links() = default;
    Links(Links&&) = default;
    Links& operator=(Links&&) = default;

    void reserve(uint32_t id) {
        while (chunks_.size() <= id >> CHUNK_BITS)
            chunks_.emplace_back(new uint32_t[size_t(1) << CHUNK_BITS]);
    }
    uint32_t& operator[](uint32_t id) { return chunks_[id >> CHUNK_BITS][id & ((1u << CHUNK_BITS) - 1)]; }

  private:
    static constexpr uint32_t CHUNK_BITS = 14;
    std::vector<std::unique_ptr<uint32_t[]>> chunks_;
};

// Entries (32-bit ids) ordered by (first, second), first in first out among equals. The queue of one
// key is a linked list through `next_`, so an entry costs four bytes whatever the keys are.
// An id may be in the list only once at a time.
class OpenList {
  public:
    bool empty() const { return size_ == 0; }
    size_t size() const { return size_; }

    void push(double first, double second, uint32_t id) {
        next_.reserve(id);
        next_[id] = NO_NODE;
        Key key{first, second};
        if (!(last_ && last_key_ == key)) {
            auto [entry, fresh] = queues_.try_emplace(key);
            if (fresh) keys_.push(key);
            last_ = &entry->second;
            last_key_ = key;
        }
        if (last_->head == NO_NODE) last_->head = id;
        else next_[last_->tail] = id;
        last_->tail = id;
        ++size_;
    }
    double least() {
        settle();
        return keys_.top().first;
    }
    uint32_t pop() {
        settle();
        Queue& queue = queues_.find(keys_.top())->second;
        uint32_t id = queue.head;
        queue.head = next_[id];
        --size_;
        return id;
    }

  private:
    struct Key {
        double first, second;
        bool operator==(const Key& o) const { return first == o.first && second == o.second; }
    };
    struct Later {
        bool operator()(const Key& a, const Key& b) const {
            return a.first != b.first ? a.first > b.first : a.second > b.second;
        }
    };
    struct KeyHash {
        size_t operator()(const Key& k) const {
            uint64_t a, b;
            std::memcpy(&a, &k.first, sizeof a);
            std::memcpy(&b, &k.second, sizeof b);
            return mix(a ^ mix(b));
        }
    };
    struct Queue {
        uint32_t head = NO_NODE, tail = NO_NODE;
    };

    // Drops keys whose queue ran empty, until the top one has an entry.
    void settle() {
        for (;;) {
            auto entry = queues_.find(keys_.top());
            if (entry->second.head != NO_NODE) return;
            if (last_ == &entry->second) last_ = nullptr;
            queues_.erase(entry);
            keys_.pop();
        }
    }

    std::priority_queue<Key, std::vector<Key>, Later> keys_;
    std::unordered_map<Key, Queue, KeyHash> queues_;
    Links next_;
    Queue* last_ = nullptr;
    Key last_key_{0, 0};
    size_t size_ = 0;
};

}  // namespace heurgen
