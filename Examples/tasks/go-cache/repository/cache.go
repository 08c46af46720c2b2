// Package cache keeps the entries that were used last.
package cache

import "container/list"

type entry struct {
	key   string
	value any
}

// Cache holds at most capacity entries. It is not for several goroutines at once.
type Cache struct {
	capacity int
	order    *list.List // of *entry; what was used last is in front
	entries  map[string]*list.Element
}

// New makes a cache; capacity is at least 1.
func New(capacity int) *Cache {
	return &Cache{capacity: capacity, order: list.New(), entries: map[string]*list.Element{}}
}

// Get returns the value, and whether there is one.
func (c *Cache) Get(key string) (any, bool) {
	element, ok := c.entries[key]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(element)
	return element.Value.(*entry).value, true
}

// Put stores a value, and drops the entry that was not used for the longest time if there is no room.
func (c *Cache) Put(key string, value any) {
	if element, ok := c.entries[key]; ok {
		element.Value.(*entry).value = value
		c.order.MoveToFront(element)
		return
	}
	if len(c.entries) >= c.capacity {
		c.drop(c.order.Back())
	}
	c.entries[key] = c.order.PushFront(&entry{key, value})
}

// Len is the number of entries.
func (c *Cache) Len() int {
	return len(c.entries)
}

func (c *Cache) drop(element *list.Element) {
	c.order.Remove(element)
	delete(c.entries, element.Value.(*entry).key)
}
