//! One sleeper, one waker that has been told: the wake-up arrives once, and what the waker wrote is seen.
#![cfg(loom)]

use goxide_lockfree::parking::{Parking, Wake};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering::*};
use loom::thread;

struct World {
    parking: Parking,
    /// The sleeper has told where it is.
    told: AtomicBool,
    /// The waker has set the parked sleeper going.
    going: AtomicBool,
    message: UnsafeCell<u32>,
}

#[test]
fn no_wake_up_is_lost() {
    loom::model(|| {
        let world = Arc::new(World {
            parking: Parking::new(),
            told: AtomicBool::new(false),
            going: AtomicBool::new(false),
            message: UnsafeCell::new(0),
        });
        let waker = {
            let world = world.clone();
            thread::spawn(move || {
                while !world.told.load(Acquire) {
                    thread::yield_now();
                }
                world.message.with_mut(|m| unsafe { *m = 7 });
                match world.parking.wake() {
                    Wake::Early => {}
                    Wake::Parked => world.going.store(true, Release),
                    Wake::NotParking => panic!("the sleeper was announced"),
                }
            })
        };
        world.parking.announce();
        world.told.store(true, Release);
        if world.parking.park() {
            while !world.going.load(Acquire) {
                thread::yield_now();
            }
        }
        world.message.with(|m| assert_eq!(unsafe { *m }, 7));
        waker.join().unwrap();
    });
}
